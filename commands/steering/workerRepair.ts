import { setTimeout as delay } from 'node:timers/promises';
import { laneIsPaused } from '../../domain/replay/replay.ts';
import type { HeldItem, WorkerLanes } from '../ports/lane.ts';
import type { LanePreview, LaneRepair, LaneRun, PreviewedDecision, PreviewedMessage } from '../ports/replay.ts';
import type { Paused } from '../ports.ts';
import type { IntendedStep } from './producedAlready.ts';

export type WorkerRepairPorts = {
  readonly lanes: WorkerLanes;
  readonly count: (
    replayId: string,
    lane: { readonly consumer: string; readonly laneKey: string },
    replayed: number,
  ) => Promise<void>;
  /** How long a worker may take to come by. */
  readonly waitMs: number;
};

const lookEveryMs = 200;

/** Nobody tried the lane in time; it is tried again by itself. */
export const notTaken = 'No worker came by in time; the lane is tried again by itself.';

const sizeOf = (items: readonly HeldItem[]): number =>
  items.reduce((sum, { blockedCount }) => Math.max(sum, blockedCount), 0) + items.length;

/** What a worker's lane says of itself: it went on to something else, failed again, or nobody came by yet. */
const stoodStill = (before: readonly HeldItem[], now: readonly HeldItem[]): boolean => {
  const attempts = new Map(before.map((item) => [item.item, item.attempts]));
  return now.every((item) => attempts.get(item.item) === item.attempts);
};

/**
 * A worker's lane is only tried earlier than it would be: the worker itself does it, in its own order, so what happens is
 * what happens without a replay. `messagesOf` tells what the waiting things would lead to.
 */
export const workerRepair = (
  { lanes, count, waitMs }: WorkerRepairPorts,
  consumer: string,
  previewOf: (laneKey: string, held: readonly HeldItem[]) => Promise<Foreseen>,
): LaneRepair => ({
  preview: async (laneKey) => {
    const held = await lanes.held(consumer, laneKey);
    const foreseen = await previewOf(laneKey, held);
    const waiting = held.map(({ item, what, position }) => ({ id: item, what, position }));
    const lane = { consumer, laneKey, waitingCount: sizeOf(held), waiting };
    return { ...lane, rowCount: 0, rows: [], decisions: [], ...foreseen };
  },
  replay: async (laneKey, run) => {
    const before = await lanes.held(consumer, laneKey);
    if (before.length === 0) return { stillBlocked: 0, error: null };
    await run.pace(sizeOf(before));
    if (run.isStopped(laneKey)) return { stillBlocked: sizeOf(before), error: laneIsPaused };
    await lanes.hasten(consumer, laneKey);
    try {
      const deadlineMs = performance.now() + waitMs;
      for (;;) {
        const now = await lanes.held(consumer, laneKey);
        const late = performance.now() > deadlineMs;
        if (!late && stoodStill(before, now) && now.length > 0) {
          await delay(lookEveryMs);
          continue;
        }
        await count(run.replayId, { consumer, laneKey }, Math.max(0, sizeOf(before) - sizeOf(now)));
        const error = now.length === 0 ? null : stoodStill(before, now) ? notTaken : (now[0]?.detail ?? null);
        return { stillBlocked: sizeOf(now), error };
      }
    } finally {
      await lanes.settle(consumer, laneKey);
    }
  },
});

export type Foreseen = {
  readonly applied: number;
  readonly error: { readonly class: string; readonly detail: string } | null;
  readonly messages: readonly PreviewedMessage[];
  readonly decisions?: readonly PreviewedDecision[];
  /** More than the lane itself could tell of what waits. */
  readonly waiting?: LanePreview['waiting'];
};

const stepsMax = 500;

export type OutboxRepairPorts = WorkerRepairPorts & {
  /** What operators, or the service itself, hold at present. */
  readonly paused: () => readonly Paused[];
  /** What the partners already have of these steps; asking changes nothing there. */
  readonly producedAlready: (steps: readonly IntendedStep[]) => Promise<readonly PreviewedMessage[]>;
};

/** A step that is held is never taken, so nobody waits for a worker to come by. */
const whyHeld = async ({ lanes, paused }: OutboxRepairPorts, laneKey: string): Promise<string | undefined> => {
  const holding = await lanes.heldBy(laneKey, paused());
  if (holding.length === 0) return undefined;
  const names = holding.map(({ group, key }) => `${group}:${key}`).join(', ');
  return `Held: ${names}. The lane goes on when ${holding.length === 1 ? 'it is' : 'they are'} let go.`;
};

/** The steps of a lane: a run that did not report its end may have reached the partner, who is asked. */
export const outboxRepair = (ports: OutboxRepairPorts): LaneRepair => ({
  preview: async (laneKey) => {
    const steps = await ports.lanes.openSteps(laneKey, stepsMax);
    const head = steps[0];
    return {
      ...{ consumer: 'outbox', laneKey, waitingCount: steps.length, rowCount: 0, rows: [], decisions: [] },
      waiting: steps.map(({ intentId, step, causePosition }) => ({
        id: intentId,
        what: step,
        position: causePosition,
      })),
      applied: steps.length,
      error:
        head?.failed === true
          ? { class: head.errorClass ?? 'Unknown', detail: `Last time: ${head.detail ?? ''}` }
          : null,
      messages: await ports.producedAlready(steps.map(({ intentId: id, ...step }) => ({ ...step, id }))),
    };
  },
  replay: async (laneKey, { replayId, pace, isStopped }: LaneRun) => {
    const { lanes, count, waitMs } = ports;
    const before = await lanes.openSteps(laneKey, stepsMax);
    const head = before[0];
    if (head === undefined) return { stillBlocked: 0, error: null };
    await pace(before.length);
    if (isStopped(laneKey)) return { stillBlocked: before.length, error: laneIsPaused };
    await lanes.hastenSteps(laneKey);
    const held = head.running ? undefined : await whyHeld(ports, laneKey);
    if (held !== undefined) return { stillBlocked: before.length, error: held };
    const deadlineMs = performance.now() + waitMs;
    for (;;) {
      const now = await lanes.openSteps(laneKey, stepsMax);
      const [first] = now;
      const failedAgain =
        first?.failed === true &&
        !first.running &&
        (first.intentId !== head.intentId || first.attempts > head.attempts);
      const hasGoneOn = first === undefined || (first.intentId !== head.intentId && !first.failed);
      const late = performance.now() > deadlineMs;
      if (!failedAgain && !hasGoneOn && !late) {
        await delay(lookEveryMs);
        continue;
      }
      const open = new Set(now.map(({ intentId }) => intentId));
      const replayed = before.filter(({ intentId }) => !open.has(intentId)).length;
      await count(replayId, { consumer: 'outbox', laneKey }, replayed);
      if (hasGoneOn) return { stillBlocked: 0, error: null };
      return { stillBlocked: now.length, error: failedAgain ? (first?.detail ?? null) : notTaken };
    }
  },
});
