import { bu, type Draft, draft, type Placed, streamOf } from './draft.ts';
import type { OrderPlan } from './plan.ts';

/** What the order-to-cash process answers to a cause: about a fifth of a real log. */
export const intent = (
  { orderId, customer }: OrderPlan,
  cause: Placed | undefined,
  causeType: string,
  step: string,
  payload: Readonly<Record<string, unknown>> = {},
): Draft => {
  if (cause === undefined) throw new Error(`${causeType} has no place in the log`);
  return draft(streamOf('pm', 'o2c', orderId), 'IntentsIssued', {
    process: 'o2c',
    key: orderId,
    bu,
    causeEventId: cause.eventId,
    causeType,
    causePosition: cause.position,
    correlationId: orderId,
    intents: [
      {
        intentId: `${cause.eventId}:${step}`,
        step,
        lane: orderId,
        delayMs: 0,
        payload: { orderId, bu, ...payload },
      },
    ],
    memory: { soldTo: customer },
  });
};
