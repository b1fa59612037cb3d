import { credit } from '../../domain/credit/credit.ts';
import type { CreditEvent } from '../../domain/credit/events.ts';
import { streamName } from '../../domain/eventLog.ts';
import { majorText, minor, minorText } from '../../domain/money.ts';
import type { OrderCommand } from '../../domain/order/commands.ts';
import { order } from '../../domain/order/order.ts';
import { netTotal, type OrderState } from '../../domain/order/state.ts';
import type { CameTo } from '../deciding/opening.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executed, Executor } from '../handle.ts';
import { alsoAs } from '../outcome.ts';
import type { Clock, CommandContext } from '../ports.ts';

export type CreditPorts = { readonly executor: Pick<Executor, 'execute'>; readonly clock: Clock };

export type CreditQuestion = {
  readonly state: OrderState;
  /** The event that made this due. Its id names every command here, so whoever runs the script runs the same one. */
  readonly causeEventId: string;
  /** A person with the duty wants it above the limit. */
  readonly override: boolean;
};

export type CreditAnswer =
  | { readonly granted: true }
  | { readonly granted: false; readonly note: string; readonly data: Record<string, string> };

const submittedOf = ({ submitted }: OrderState): NonNullable<OrderState['submitted']> => {
  if (submitted === null) throw new Error('an order that was never submitted has no credit to ask for');
  return submitted;
};

/** The question to the customer's account, and under which id it is asked. */
export const creditCheck = ({ state, causeEventId, override }: CreditQuestion, context: CommandContext) => {
  const { bu, soldTo: customer, orderId, currency } = submittedOf(state);
  const amount = minorText(netTotal(state));
  return {
    stream: streamName('credit', bu, customer),
    command: { type: 'CheckCredit', bu, customer, currency, orderId, amount, override },
    context: alsoAs(context, `${causeEventId}:credit`, causeEventId),
  } as const;
};

/** `amount`: what credit was asked for, in minor units. */
export const creditAnswer = (state: OrderState, amount: string, cameTo: CameTo<CreditEvent>): CreditAnswer => {
  if (cameTo.kind === 'refused') return { granted: false, note: cameTo.refusal.detail, data: { amount } };
  for (const event of cameTo.events) {
    if (event.type !== 'CreditRefused') continue;
    const { exposure, limit } = event.data;
    const { currency } = submittedOf(state);
    const inMajor = (text: string): string => majorText(minor(text), currency);
    const note = `The order would exceed the credit limit: exposure ${inMajor(exposure)} and order ${inMajor(amount)}, limit ${inMajor(limit)} ${currency}.`;
    return { granted: false, note, data: { amount, exposure, limit } };
  }
  return { granted: true };
};

/** What the answer means for the order, and under which id. */
export const afterCredit = (
  answer: CreditAnswer,
  causeEventId: string,
  acceptedAt: string,
  context: CommandContext,
): { readonly command: OrderCommand; readonly context: CommandContext } => {
  if (answer.granted) {
    const accept = { type: 'AcceptOrder', acceptedAt } as const;
    return { command: accept, context: alsoAs(context, `${causeEventId}:accept`, causeEventId) };
  }
  const { note, data } = answer;
  const holdId = derivedUlid(`${causeEventId}:CREDIT`);
  const hold = { type: 'PlaceHold', holdId, holdType: 'CREDIT', scope: { kind: 'ORDER' }, note, data } as const;
  return { command: hold, context: alsoAs(context, `${causeEventId}:hold`, causeEventId) };
};

const askCredit = async (
  { executor }: CreditPorts,
  question: CreditQuestion,
  context: CommandContext,
): Promise<CreditAnswer> => {
  const check = creditCheck(question, context);
  const executed = await executor.execute(credit, check.stream, check.command, check.context);
  if (executed.kind === 'revisionMismatch') throw new Error('no revision was expected');
  return creditAnswer(question.state, check.command.amount, executed);
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
  const next = afterCredit(answer, causeEventId, ports.clock(), context);
  const executed = await ports.executor.execute(order, stream, next.command, next.context);
  if (answer.granted && executed.kind === 'refused' && executed.refusal.refused === 'ORDER_NOT_OPEN') {
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
