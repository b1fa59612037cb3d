import type { Event } from '../decider.ts';
import type { SimulationResult } from './comparison.ts';
import type { SimulatedRange } from './fork.ts';
import type { SimulatedPolicy } from './policy.ts';

// Storage format: see `domain/order/events.ts`.

type About = { readonly bu: string; readonly simulationId: string };

/** What is asked: the same question has the same answer for ever, so its id is made of it. */
export type SimulationQuestion = {
  /** Whose log and goods. */
  readonly businessUnit: string;
  readonly range: SimulatedRange;
  readonly policy: SimulatedPolicy;
  /** SHA-256 of the policy in canonical JSON. */
  readonly policySha256: string;
  /** Of the code that answers it. */
  readonly simulationVersion: number;
};

/** What would have been different with another policy? A worker finds out. */
export type SimulationRequested = Event<
  'SimulationRequested',
  About & SimulationQuestion & { readonly reason: string; readonly requestedBy: string }
>;

/** The answer. `resultSha256`: of it in canonical JSON. */
export type SimulationCompleted = Event<
  'SimulationCompleted',
  About & { readonly result: SimulationResult; readonly resultSha256: string }
>;

/** It cannot be answered, for a reason that would be there the next time too. */
export type SimulationFailed = Event<'SimulationFailed', About & { readonly detail: string }>;

/** Nobody wants to know any more. */
export type SimulationCancelled = Event<
  'SimulationCancelled',
  About & { readonly reason: string; readonly cancelledBy: string }
>;

export type SimulationEvent = SimulationRequested | SimulationCompleted | SimulationFailed | SimulationCancelled;
