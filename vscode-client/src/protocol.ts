/** Messages between the language server and this client beyond LSP; see docs/protocol.md. */

import { NotificationType, type Range, RequestType } from "vscode-languageclient/node";

export type RegionStatus = "drafted" | "skipped" | "failed";
export type CheckStatus = "passed" | "failed" | "skipped";
export type JobStatus =
  "drafting" | "verified" | "failed" | "nothing" | "approved" | "rejected" | "merged" | "discarded";

/** Lines count from 1, both ends included; `range` is in the document as it is now. */
export interface Region {
  readonly uri: string;
  readonly path: string;
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly range?: Range;
  readonly status: RegionStatus;
  readonly engine: "rules" | "local" | null;
  readonly model: string | null;
  readonly rounds: number;
  readonly reason: string | null;
}

export interface Finding {
  readonly uri: string;
  readonly path: string;
  readonly line: number | null;
  readonly message: string;
}

export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  readonly reason: string | null;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

/** `started` and `updated` are in seconds since 1970; `folder` is the project's root. */
export interface Job {
  readonly job: string;
  readonly folder: string;
  readonly action: string;
  readonly title: string;
  readonly status: JobStatus;
  readonly running: boolean;
  readonly targets: readonly string[];
  readonly note: string | null;
  readonly reason: string | null;
  /** Why it has failed, in one line. */
  readonly why: string | null;
  readonly started: number;
  readonly updated: number;
  readonly branch: string | null;
  readonly regions: readonly Region[];
  readonly checks: readonly Check[];
}

/** The identity of a job: ids are unique in one folder only. */
export interface JobId {
  readonly job: string;
  readonly folder: string;
}

/** The identity of a region in a draft; `first` is its first line before the change, from 1. */
export interface RegionId {
  readonly path: string;
  readonly name: string;
  readonly first: number;
}

/** Lines from 0, both ends included; `last` is less than `first` where there are none. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

/** What a draft does to one region; `mark` is the user's decision so far. */
export interface RegionDiff extends RegionId {
  readonly before: Lines;
  readonly after: Lines;
  readonly text: string;
  readonly mark: "accepted" | "rejected" | null;
}

/** `null` stands for a missing file. */
export interface FileDiff {
  readonly uri: string;
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly movedFrom: string | null;
  readonly regions: readonly RegionDiff[];
}

/** `version` names exactly this text: a verdict has to name the one that was read. */
export interface Diff extends JobId {
  readonly title: string;
  readonly version: string;
  readonly diff: string;
  readonly files: readonly FileDiff[];
}

export interface RunningTask {
  readonly task: string;
  readonly title: string;
  readonly uri: string;
  readonly job: string | null;
  readonly percentage: number;
  readonly message: string;
}

export interface Status {
  readonly version: string;
  readonly endpoint: string | null;
  readonly model: string | null;
  readonly running: readonly RunningTask[];
  readonly waiting: number;
}

/** A model of a server; its size is in bytes, 0 where the server does not give it. */
export interface ListedModel {
  readonly name: string;
  readonly size: number;
  readonly loaded: boolean;
}

/** A model server that answers. */
export interface ModelServer {
  readonly endpoint: string;
  readonly kind: string;
  readonly models: readonly ListedModel[];
}

export interface Question {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
}

/** The news that a draft waits. */
export interface Drafted extends JobId {
  readonly title: string;
  readonly regions: readonly (RegionId & { readonly text: string })[];
}

/** The server's answer to a decision; `left` counts the regions that are not decided. */
export interface Decided {
  readonly landed: boolean;
  readonly left: number;
}

export const JobsRequest = new RequestType<{ all?: boolean }, { jobs: Job[] }, void>("workhorse/jobs");
export const DiffRequest = new RequestType<JobId, Diff, void>("workhorse/diff");
export const StatusRequest = new RequestType<object, Status, void>("workhorse/status");
export const ModelsRequest = new RequestType<object, { servers: ModelServer[] }, void>("workhorse/models");
export const AskRequest = new RequestType<Question, { value: string | null }, void>("workhorse/ask");
export const JobsChanged = new NotificationType<{ folder: string }>("workhorse/jobsChanged");
export const StatusChanged = new NotificationType<Status>("workhorse/statusChanged");
export const DraftedNotification = new NotificationType<Drafted>("workhorse/drafted");
export const ShowDiff = new NotificationType<JobId>("workhorse/showDiff");

/** The server's own commands; vscode-languageclient makes each a command of VS Code while the server runs. */
export type ServerCommand =
  | "workhorse.run"
  | "workhorse.approve"
  | "workhorse.decide"
  | "workhorse.reject"
  | "workhorse.retry"
  | "workhorse.discard"
  | "workhorse.cancel";
