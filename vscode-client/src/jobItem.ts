/** The look of each node of the view of jobs, and its actions. */

import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri, workspace } from "vscode";
import type { JobFile, Node } from "./jobTree";
import type { Check, Finding, Job, JobStatus, Region } from "./protocol";

/** Make the line of a node. */
export function makeItem(node: Node): TreeItem {
  switch (node.kind) {
    case "job":
      return jobItem(node.job);
    case "file":
      return fileItem(node.job, node.file, node);
    case "region":
      return regionItem(node.region, node);
    case "checks":
      return checksItem(node.job);
    case "check":
      return checkItem(node.check);
    case "finding":
      return findingItem(node.finding);
  }
}

const COLLAPSED = TreeItemCollapsibleState.Collapsed;
const EXPANDED = TreeItemCollapsibleState.Expanded;
const PASSED = new ThemeIcon("pass", new ThemeColor("testing.iconPassed"));
const FAILED = new ThemeIcon("error", new ThemeColor("testing.iconFailed"));
const SKIPPED = new ThemeIcon("circle-slash", new ThemeColor("testing.iconSkipped"));
const OUTCOMES = { drafted: PASSED, passed: PASSED, failed: FAILED, skipped: SKIPPED } as const;

/** The actions on a job, by its status. */
const ABILITIES: Record<JobStatus, string> = {
  drafting: "discardable",
  verified: "diffable approvable rejectable retryable discardable",
  approved: "diffable approvable rejectable discardable",
  rejected: "diffable retryable discardable",
  failed: "retryable discardable",
  nothing: "discardable",
  merged: "",
  discarded: "",
};
const WORDS: Record<JobStatus, string> = {
  drafting: "not finished",
  verified: "waits for you",
  approved: "approved, not landed",
  rejected: "rejected",
  failed: "nothing usable",
  nothing: "nothing to do",
  merged: "landed",
  discarded: "discarded",
};

/** The names of the regions come first: the view is narrow, and the icon and its colour show the state. */
function jobItem(job: Job): TreeItem {
  const waits = job.status === "verified" || job.status === "approved" || job.running;
  const item = new TreeItem(namesOf(job), waits ? EXPANDED : COLLAPSED);
  item.description = [job.why ?? stateOf(job), job.action, folderName(job), job.job].filter(Boolean).join(" · ");
  item.iconPath = jobIcon(job);
  item.contextValue = job.running ? "job" : `job ${ABILITIES[job.status]}`;
  item.tooltip = jobTooltip(job);
  return item;
}

function namesOf(job: Job): string {
  const drafted = job.regions.filter(({ status }) => status === "drafted");
  const regions = drafted.length > 0 ? drafted : job.regions;
  const names = [...new Set(regions.map(({ name, path }) => (name === "" ? path : name)))];
  if (names.length === 0) return job.targets.join(", ");
  return names.slice(0, 2).join(", ") + (names.length > 2 ? ` and ${names.length - 2} more` : "");
}

function stateOf(job: Job): string {
  return job.running ? "at work" : job.status === "verified" ? "" : WORDS[job.status];
}

function jobIcon(job: Job): ThemeIcon {
  if (job.running) return new ThemeIcon("sync~spin");
  if (job.status === "failed") return FAILED;
  if (job.status === "verified") return new ThemeIcon("inbox", new ThemeColor("charts.blue"));
  if (job.status === "approved" || job.status === "merged") return PASSED;
  if (job.status === "rejected") return new ThemeIcon("thumbsdown", new ThemeColor("charts.orange"));
  if (job.status === "discarded" || job.status === "nothing") return SKIPPED;
  return new ThemeIcon("debug-pause", new ThemeColor("charts.yellow"));
}

function jobTooltip(job: Job): MarkdownString {
  const text = new MarkdownString();
  text.appendText(`${job.title}\n\n${WORDS[job.status]} (${job.job})`);
  if (job.branch !== null) text.appendText(`\n\nBranch: ${job.branch}`);
  for (const reason of [job.reason, job.note]) if (reason !== null && reason !== "") text.appendText(`\n\n${reason}`);
  return text;
}

/** The folder's name, if there are several folders. */
function folderName(job: Job): string {
  const several = (workspace.workspaceFolders?.length ?? 0) > 1;
  return several ? (Uri.parse(job.folder).path.split("/").pop() ?? "") : "";
}

function fileItem(job: Job, file: JobFile, node: Node): TreeItem {
  const item = new TreeItem(Uri.parse(file.uri), file.regions.length > 0 ? EXPANDED : TreeItemCollapsibleState.None);
  const folder = file.path.split("/").slice(0, -1).join("/");
  item.description = folder;
  item.iconPath = ThemeIcon.File;
  item.contextValue = `file openable${canShow(job) ? " diffable" : ""}`;
  item.tooltip = file.path;
  if (canShow(job)) item.command = { command: "workhorse.openDiff", title: "Open Diff", arguments: [node] };
  return item;
}

function canShow(job: Job): boolean {
  return ABILITIES[job.status].includes("diffable");
}

function regionItem(region: Region, node: Node): TreeItem {
  const item = new TreeItem(region.name, TreeItemCollapsibleState.None);
  const writer = region.engine === "local" ? (region.model ?? "local model") : region.engine;
  item.description = region.status === "drafted" ? (writer ?? "") : (region.reason ?? region.status);
  item.iconPath = OUTCOMES[region.status];
  item.contextValue = "region";
  item.tooltip = `${region.name}, lines ${region.first}–${region.last}: ${region.reason ?? region.status}`;
  item.command =
    region.status === "drafted"
      ? { command: "workhorse.openDiff", title: "Open Diff", arguments: [node] }
      : { command: "workhorse.openFile", title: "Open File", arguments: [node] };
  return item;
}

function checksItem(job: Job): TreeItem {
  const failed = job.checks.filter((check) => check.status === "failed").length;
  const item = new TreeItem("Checks", failed > 0 ? EXPANDED : COLLAPSED);
  const counts = (["passed", "failed", "skipped"] as const)
    .map((status) => [job.checks.filter((check) => check.status === status).length, status] as const)
    .filter(([count]) => count > 0);
  item.description = counts.map(([count, status]) => `${count} ${status}`).join(", ");
  item.iconPath = failed > 0 ? FAILED : PASSED;
  item.contextValue = "checks";
  return item;
}

function checkItem(check: Check): TreeItem {
  const item = new TreeItem(check.name, check.findings.length > 0 ? EXPANDED : TreeItemCollapsibleState.None);
  item.description = check.reason ?? (check.status === "passed" ? "" : check.status);
  item.iconPath = OUTCOMES[check.status];
  item.contextValue = "check";
  item.tooltip = `${check.name}: ${check.reason ?? check.status} (${check.seconds.toFixed(2)} s)`;
  return item;
}

function findingItem(finding: Finding): TreeItem {
  const item = new TreeItem(finding.message, TreeItemCollapsibleState.None);
  const line = Math.max(0, (finding.line ?? 1) - 1);
  item.description = finding.line === null ? finding.path : `${finding.path}:${finding.line}`;
  item.tooltip = finding.message;
  item.contextValue = "finding";
  const selection = { start: { line, character: 0 }, end: { line, character: 0 } };
  item.command = {
    command: "vscode.open",
    title: "Open File",
    arguments: [Uri.parse(finding.uri), { selection }],
  };
  return item;
}
