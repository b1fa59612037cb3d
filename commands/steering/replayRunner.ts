import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { LaneOutcome, LaneRef } from '../../domain/replay/events.ts';
import { replayDecider } from '../../domain/replay/replay.ts';
import type { Executor } from '../handle.ts';
import type { LaneRun, RepairOf, ReplayBoard } from '../ports/replay.ts';
import { createFeedWorker, type FeedWorkerPorts } from '../workers/feedWorker.ts';
import { contextAfter } from '../workers/ownContext.ts';
import type { Controls } from './controls.ts';

export type ReplayRunnerPorts = FeedWorkerPorts & {
  readonly controls?: Controls;
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly repairOf: RepairOf;
  readonly board: ReplayBoard;
  /** Of all replays of this process together. */
  readonly eventsPerSecond: number;
};

/** Spends `perSecond` events a second, over all who ask; whoever asks for more than there is waits. */
const makePace = (perSecond: number): LaneRun['pace'] => {
  let freeAtMs = 0;
  return async (events) => {
    const now = performance.now();
    const startsAtMs = Math.max(now, freeAtMs);
    freeAtMs = startsAtMs + (events / perSecond) * 1_000;
    if (startsAtMs > now) await delay(startsAtMs - now);
  };
};

const laneOf = async (
  { repairOf, board }: ReplayRunnerPorts,
  lane: LaneRef,
  run: LaneRun,
): Promise<Omit<LaneOutcome, 'replayed'>> => {
  const repair = repairOf(lane.consumer);
  const outcome =
    repair === undefined
      ? { stillBlocked: 0, error: `there is no consumer ${lane.consumer}` }
      : await repair.replay(lane.laneKey, run);
  await board.laneDone(run.replayId, lane, outcome);
  return { ...lane, stillBlocked: String(outcome.stillBlocked), error: outcome.error };
};

const keyOf = ({ consumer, laneKey }: LaneRef): string => JSON.stringify([consumer, laneKey]);

/**
 * Lane after lane, each in its order. Killed in the middle, it begins again: lanes that are done are free by then, and
 * what was counted stays counted.
 */
const runReplay = async (
  ports: ReplayRunnerPorts,
  event: RecordedOf<'ReplayRequested'>,
  pace: LaneRun['pace'],
): Promise<void> => {
  const { executor, board } = ports;
  const { replayId, lanes, reason, messages, approvalId } = event.data;
  const { state } = await executor.load(replayDecider, event.stream);
  if (state.status === 'FINISHED') return;
  const requested = { requestedBy: event.metadata.actor.id, requestedAt: event.metadata.occurredAt };
  await board.open({ replayId, dryRun: false, reason, ...requested, approvalId, messages: Number(messages), lanes });
  const isStopped = (laneKey: string): boolean =>
    ports.controls?.pauses().some(({ group, key }) => group === 'lane' && key === laneKey) === true;
  const outcomes: Omit<LaneOutcome, 'replayed'>[] = [];
  for (const lane of lanes) outcomes.push(await laneOf(ports, lane, { replayId, pace, isStopped }));
  const counted = new Map((await board.counted(replayId)).map((lane) => [keyOf(lane), String(lane.replayed)]));
  const finished = outcomes.map((outcome) => ({ ...outcome, replayed: counted.get(keyOf(outcome)) ?? '0' }));
  const command = { type: 'FinishReplay', lanes: finished } as const;
  const context = contextAfter(event, 'replays', `${event.eventId}:finish`, new Date().toISOString());
  const executed = await executor.execute(replayDecider, event.stream, command, context);
  if (executed.kind !== 'done') throw new Error(`replay ${replayId} cannot be finished`);
  await board.finished(replayId, executed.receipt.recordedAt);
};

const asked = (event: RecordedDomainEvent): event is RecordedOf<'ReplayRequested'> => event.type === 'ReplayRequested';

/** Does the replays that the log asks for, once each in effect. */
export const createReplayRunner = (ports: ReplayRunnerPorts) => {
  const pace = makePace(ports.eventsPerSecond);
  return createFeedWorker(
    {
      name: 'replays',
      categories: ['replay'],
      keysOf: (event) => (asked(event) ? [event.data.replayId] : []),
      handle: async (_key, event) => {
        if (asked(event)) await runReplay(ports, event, pace);
      },
    },
    ports,
  );
};
