import type { Fault, FaultMode } from './simulatorFaults.ts';

// Types only: what a simulator of a partner's folder and the server that it acts behind know of each other.

export type SimulatedRequest = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  readonly bodyText: string;
  /** Aborts when the caller has gone or the simulator stops. */
  readonly signal: AbortSignal;
};

export type SimulatedAnswer = {
  readonly status: number;
  readonly body: unknown;
  /** Of a body that is text already; absent: JSON is made of it. */
  readonly contentType?: string;
};

export type SimulatedRoute = {
  /** Faults name it; `control` routes are free of faults and credentials. */
  readonly operation: string;
  /** Where one address takes many operations: which one this is. */
  readonly operationOf?: (request: SimulatedRequest) => string;
  /** It takes XML, and `body` is undefined; absent: JSON. */
  readonly takes?: 'xml';
  readonly method: 'GET' | 'POST' | 'PUT';
  /** `:name` is one path segment. */
  readonly path: string;
  /** Modes that this route acts out itself. */
  readonly ownFaults?: readonly FaultMode[];
  readonly handle: (request: SimulatedRequest) => SimulatedAnswer | Promise<SimulatedAnswer>;
};

/** A partner acted out. Its state is a fold of what it recorded, so a restart is a replay. */
export type SimulatedPartner = {
  readonly routes: readonly SimulatedRoute[];
  readonly apply: (entry: unknown) => void;
  /** Effects that really exist, for tests to count. */
  readonly state: () => Readonly<Record<string, unknown>>;
  /** Called once, after the replay. */
  readonly started?: () => void;
  readonly stopped?: () => void;
};

export type SimulatorTools = {
  /** Writes the entry down, then applies it. Only then may it be acknowledged. */
  readonly record: (entry: unknown) => void;
  readonly faultFor: (mode: FaultMode, operation: string, subject: string) => Fault | undefined;
};

type Place = {
  readonly host?: string;
  readonly port?: number;
  /** Where its memory is kept between starts; absent: nowhere. */
  readonly directory?: string;
};

export type RunningSimulator = { readonly url: string; readonly close: () => Promise<void> };

export type ServeSimulatorOptions = Place & {
  readonly name: string;
  /** The exact `Authorization` header to demand; absent: none. */
  readonly authorization?: string;
};

/** Starts a partner as an HTTP server of its own. Handed to the simulators of the adapter folders, which do not know each other. */
export type ServeSimulator = (
  options: ServeSimulatorOptions,
  build: (tools: SimulatorTools) => SimulatedPartner,
) => Promise<RunningSimulator>;

/** What every simulator is started with. */
export type SimulatorOptions = Place & {
  /** The HTTP server to act behind; the same for every simulator. */
  readonly serve: ServeSimulator;
};
