import { credit } from '../domain/credit/credit.ts';
import { streamName } from '../domain/eventLog.ts';
import { minorText } from '../domain/money.ts';
import { order } from '../domain/order/order.ts';
import { netTotal, type OrderState } from '../domain/order/state.ts';
import { derivedUlid } from './eventIds.ts';
import type { Executed, Executor } from './handle.ts';
import { alsoAs } from './outcome.ts';
import type { Clock, CommandContext } from './ports.ts';

export type CreditPorts = { readonly executor: Pick<Executor, 'execute'>; readonly clock: Clock };

export type CreditQuestion = {
  readonly state: OrderState;
  /** The event that made this due. Its id names every command here, so whoever runs the script runs the same one. */
  readonly causeEventId: string;
  /** A person with the duty wants it above the limit. */
  readonly override: boolean;
};

type Answer =
  | { readonly granted: true }
  | { readonly granted: false; readonly note: string; readonly data: Record<string, string> };

const askCredit = async (
  { executor }: CreditPorts,
  { state, causeEventId, override }: CreditQuestion,
  context: CommandContext,
): Promise<Answer> => {
  const { bu, soldTo: customer, orderId, currency } = state.submitted as NonNullable<OrderState['submitted']>;
  const amount = minorText(netTotal(state));
  const executed = await executor.execute(
    credit,
    streamName('credit', bu, customer),
    { type: 'CheckCredit', bu, customer, currency, orderId, amount, override },
    alsoAs(context, `${causeEventId}:credit`, causeEventId),
  );
  if (executed.kind === 'revisionMismatch') throw new Error('no revision was expected');
  if (executed.kind === 'refused') return { granted: false, note: executed.refusal.detail, data: { amount } };
  for (const event of executed.events) {
    if (event.type !== 'CreditRefused') continue;
    const { exposure, limit } = event.data;
    const note = `The order would exceed the credit limit: exposure ${exposure} and order ${amount}, limit ${limit} (minor units, ${currency}).`;
    return { granted: false, note, data: { amount, exposure, limit } };
  }
  return { granted: true };
};

/**
 * Credit, then acceptance or the hold CREDIT: the rest of capturing an order, and of releasing its last hold. Run again
 * it changes nothing more; the request and the process that heals a killed request run it under the same command ids.
 * Undefined: nothing was to be done any more.
 */
export const creditAndAccept = async (
  ports: CreditPorts,
  question: CreditQuestion,
  context: CommandContext,
): Promise<Executed<OrderState> | undefined> => {
  const { state, causeEventId } = question;
  const { submitted, accepted, closed } = state;
  if (submitted === null || accepted || closed) return undefined;
  const { bu, orderId, soldTo: customer, currency } = submitted;
  const stream = streamName('order', bu, orderId);
  const answer = await askCredit(ports, question, context);
  if (!answer.granted) {
    const { note, data } = answer;
    const holdId = derivedUlid(`${causeEventId}:CREDIT`);
    const hold = { type: 'PlaceHold', holdId, holdType: 'CREDIT', scope: { kind: 'ORDER' }, note, data } as const;
    return ports.executor.execute(order, stream, hold, alsoAs(context, `${causeEventId}:hold`, causeEventId));
  }
  const accept = { type: 'AcceptOrder', acceptedAt: ports.clock() } as const;
  const executed = await ports.executor.execute(
    order,
    stream,
    accept,
    alsoAs(context, `${causeEventId}:accept`, causeEventId),
  );
  if (executed.kind === 'refused' && executed.refusal.refused === 'ORDER_NOT_OPEN') {
    // Cancelled to nothing meanwhile: what was reserved for it must not stay.
    await ports.executor.execute(
      credit,
      streamName('credit', bu, customer),
      { type: 'ReleaseCredit', bu, customer, currency, orderId, cause: 'ORDER_NOT_OPEN' },
      alsoAs(context, `${causeEventId}:credit-back`, causeEventId),
    );
  }
  return executed;
};
