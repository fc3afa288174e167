/** The view of the jobs: job → files → regions, and the results of every check. */

import { EventEmitter, type TreeDataProvider, type TreeItem } from "vscode";
import { makeItem } from "./jobItem";
import type { JobList } from "./jobList";
import type { Check, Finding, Job, Region } from "./protocol";

/** The regions of one file of a job. */
export interface JobFile {
  readonly uri: string;
  readonly path: string;
  readonly regions: readonly Region[];
}

export type Node =
  | { readonly kind: "job"; readonly job: Job }
  | { readonly kind: "file"; readonly job: Job; readonly file: JobFile }
  | { readonly kind: "region"; readonly job: Job; readonly file: JobFile; readonly region: Region }
  | { readonly kind: "checks"; readonly job: Job }
  | { readonly kind: "check"; readonly job: Job; readonly check: Check }
  | { readonly kind: "finding"; readonly job: Job; readonly finding: Finding };

export class JobTree implements TreeDataProvider<Node> {
  private readonly changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly list: JobList) {
    list.onDidChange(() => {
      this.changed.fire(undefined);
    });
  }

  getTreeItem(node: Node): TreeItem {
    const item = makeItem(node);
    item.id = identity(node);
    return item;
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) return this.list.jobs.map((job) => ({ kind: "job", job }));
    const { job } = node;
    switch (node.kind) {
      case "job":
        return [
          ...filesOf(job).map((file): Node => ({ kind: "file", job, file })),
          ...(job.checks.length === 0 ? [] : [{ kind: "checks", job } as const]),
        ];
      case "file":
        return node.file.regions.map((region) => ({ kind: "region", job, file: node.file, region }));
      case "checks":
        return job.checks.map((check) => ({ kind: "check", job, check }));
      case "check":
        return node.check.findings.map((finding) => ({ kind: "finding", job, finding }));
      case "region":
      case "finding":
        return [];
    }
  }
}

/** Group a job's regions by their file. */
export function filesOf(job: Job): JobFile[] {
  const paths = [...new Set(job.regions.map(({ path }) => path))];
  return paths.map((path) => {
    const regions = job.regions.filter((region) => region.path === path);
    return { uri: regions[0]?.uri ?? "", path, regions };
  });
}

/** Return an id that is stable over a refresh, so that open nodes stay open. */
function identity(node: Node): string {
  const job = `${node.job.folder} ${node.job.job}`;
  switch (node.kind) {
    case "job":
    case "checks":
      return `${job} ${node.kind}`;
    case "file":
      return `${job} file ${node.file.path}`;
    case "region":
      return `${job} region ${node.file.path} ${node.region.name} ${node.region.first}`;
    case "check":
      return `${job} check ${node.check.name}`;
    case "finding":
      return `${job} finding ${node.finding.path} ${node.finding.line ?? 0} ${node.finding.message}`;
  }
}
