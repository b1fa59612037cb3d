import { setTimeout as delay } from 'node:timers/promises';
import { laneIsPaused } from '../../domain/replay/replay.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';
import type { Executor } from '../handle.ts';
import { type LanePreview, type LaneRepair, previewWaitingMax } from '../ports/replay.ts';
import type { Clock, LaneNotice, WebhookDeliveries } from '../ports.ts';
import { notTaken, type WorkerRepairPorts } from '../steering/workerRepair.ts';
import { webhookStream } from './webhookCalls.ts';

/** The consumer of notices that their subscriber does not take. */
export const deliveriesConsumer = 'webhook-deliveries';

export type NoticeRepairPorts = Pick<WorkerRepairPorts, 'count' | 'waitMs'> & {
  readonly deliveries: Pick<WebhookDeliveries, 'lane' | 'again'>;
  readonly executor: Pick<Executor, 'load'>;
  readonly clock: Clock;
};

const lookEveryMs = 200;

/** `webhook:<subscriptionId>:<orderId>`; another lane is empty. */
const partsOf = (laneKey: string): readonly [string, string] => {
  const [, subscriptionId = '', orderId = ''] = laneKey.split(':');
  return [subscriptionId, orderId];
};

const whyNot = ({ lastStatus, lastError }: LaneNotice): string =>
  lastStatus === null ? `The endpoint did not answer: ${lastError}.` : `The endpoint answered ${lastStatus}.`;

const previewOf = (laneKey: string, waiting: number, first: readonly LaneNotice[]): LanePreview => {
  const [head] = first;
  return {
    ...{ consumer: deliveriesConsumer, laneKey, waitingCount: waiting, rowCount: 0, rows: [], decisions: [] },
    waiting: first.map(({ deliveryId: id, type: what, position }) => ({ id, what, position })),
    applied: waiting,
    error:
      head === undefined || head.attempts === 0
        ? null
        : { class: head.lastError ?? 'NoOutcome', detail: `Last time: ${whyNot(head)}` },
    messages: first.map(({ deliveryId: id, type: step, body }) => ({
      ...{ id, step, partner: 'webhook', payload: JSON.parse(body), produced: 'UNKNOWN', document: null, detail: null },
    })),
  };
};

/** A replay asks for the first notice of the lane again, as a redelivery does; the sender goes on with what waits behind it. */
export const noticeRepair = ({ deliveries, executor, clock, count, waitMs }: NoticeRepairPorts): LaneRepair => ({
  preview: async (laneKey) => {
    const { waiting, first } = await deliveries.lane(...partsOf(laneKey), previewWaitingMax);
    return previewOf(laneKey, waiting, first);
  },
  replay: async (laneKey, { replayId, pace, isStopped }) => {
    const [subscriptionId, orderId] = partsOf(laneKey);
    const { waiting, first } = await deliveries.lane(subscriptionId, orderId, 1);
    const [head] = first;
    if (head === undefined) return { stillBlocked: 0, error: null };
    const { state } = await executor.load(webhookDecider, webhookStream({ subscriptionId, bu: head.bu }));
    if (state.isPaused) return { stillBlocked: waiting, error: `Subscription ${subscriptionId} is paused: resume it.` };
    await pace(waiting);
    if (isStopped(laneKey)) return { stillBlocked: waiting, error: laneIsPaused };
    await deliveries.again(head.deliveryId, clock());
    const deadlineMs = performance.now() + waitMs;
    for (;;) {
      const now = await deliveries.lane(subscriptionId, orderId, 1);
      const [next] = now.first;
      const hasGoneOn = next === undefined || (next.deliveryId !== head.deliveryId && next.attempts === 0);
      const hasFailed = next !== undefined && next.attempts > 0;
      if (!hasGoneOn && !hasFailed && performance.now() < deadlineMs) {
        await delay(lookEveryMs);
        continue;
      }
      await count(replayId, { consumer: deliveriesConsumer, laneKey }, Math.max(0, waiting - now.waiting));
      if (hasGoneOn) return { stillBlocked: 0, error: null };
      return { stillBlocked: now.waiting, error: hasFailed ? whyNot(next) : notTaken };
    }
  },
});
