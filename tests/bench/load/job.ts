/** What the generator process is asked to do: `POST` the same kind of body over and over. */
export type Job = {
  readonly port: number;
  readonly path: string;
  readonly token: string;
  readonly connections: number;
  readonly seconds: number;
  /** Taken in turn; `@` in a body becomes a number that no other request has. */
  readonly bodies: readonly string[];
  /** No two jobs on one service may have the same. */
  readonly serial: string;
  /** Requests a second, sent when they are due whether earlier ones are answered or not. Absent: each connection sends as soon as it has its answer. */
  readonly rate?: number;
  /** Nothing is sent before it is granted, one request each; `seconds` is only the limit. */
  readonly granted?: true;
  /** Default `bare`: the cheapest. */
  readonly client?: 'bare' | 'http';
};

/** What the parent tells the generator process. */
export type Order = { readonly job: Job } | { readonly grant: number } | { readonly stop: true };

export type LoadResult = {
  readonly answered: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** 503 answers without `Retry-After`. */
  readonly unadvised: number;
  /** Requests that were due while every connection was busy, and were therefore never sent. */
  readonly unsent: number;
};
