import type { Paused } from '../../domain/pause/events.ts';

/** What holds up a lane of a worker: as `StuckItem`, with the time of nothing. */
export type HeldItem = {
  readonly item: string;
  readonly what: string;
  readonly position: string | null;
  readonly payloadRef: Readonly<Record<string, string | number>>;
  readonly payload: string | null;
  readonly errorClass: string;
  readonly detail: string;
  readonly attempts: number;
  readonly blockedCount: number;
};

/** A step of a lane that is not done. `running`: somebody is at it now. */
export type OpenStep = {
  readonly intentId: string;
  readonly step: string;
  readonly partner: string | null;
  readonly payload: unknown;
  readonly causePosition: string;
  readonly attempts: number;
  readonly failed: boolean;
  readonly running: boolean;
  readonly errorClass: string | null;
  readonly detail: string | null;
};

/** Lanes that are tried again by themselves, now and then. All throw `LogUnavailable`. */
export type WorkerLanes = {
  readonly held: (consumer: string, laneKey: string) => Promise<readonly HeldItem[]>;
  /** Asks whoever works on the consumer to try the lane now. */
  readonly hasten: (consumer: string, laneKey: string) => Promise<void>;
  readonly settle: (consumer: string, laneKey: string) => Promise<void>;
  /** In their order, at most `limit`. */
  readonly openSteps: (lane: string, limit: number) => Promise<readonly OpenStep[]>;
  /** Of what is paused, that by which the next step of the lane is held. */
  readonly heldBy: (lane: string, paused: readonly Paused[]) => Promise<readonly Paused[]>;
  /** Failed steps of the lane are due now. */
  readonly hastenSteps: (lane: string) => Promise<void>;
};
