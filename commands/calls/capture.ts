import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import type { ValidOrder } from '../../domain/masterData/validateOrder.ts';
import type { OrderCommand } from '../../domain/order/commands.ts';
import { fraudRuleFor } from '../../domain/order/fraudPolicy.ts';
import { order } from '../../domain/order/order.ts';
import type { Application, Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { keyTaken, withStored } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import { done, invalid, outcomeOf, refusedAs } from '../outcome.ts';
import type { BusinessClaim, ClaimToMake, CommandContext, Receipt } from '../ports.ts';
import { keepForOrder, unknownReservations } from '../reservations/named.ts';
import { claimForEver, keptAnswer, rememberAnswer } from './businessKey.ts';
import type { AppPorts } from './callPorts.ts';
import { captureAtOnce } from './captureAtOnce.ts';
import { capturedOrder, presentOrder } from './capturedOrder.ts';
import { creditAndAccept } from './creditAndAccept.ts';
import { examined, examinedUpToDate } from './examinedOrder.ts';
import type { CapturedOrder, SubmitOrderInput } from './inputs.ts';

type Submit = Extract<OrderCommand, { readonly type: 'SubmitOrder' }>;
type FirstOrder = { readonly orderId: string; readonly firstUsedAt: string };

const holdsOf = (orderId: string, valid: ValidOrder, first: FirstOrder | undefined): Submit['holds'] => {
  const holds: Submit['holds'] = valid.holds.map((hold) => ({
    ...hold,
    holdId: derivedUlid(`${orderId}:${hold.type}`),
  }));
  if (first === undefined) return holds;
  const type = 'POSSIBLE_DUPLICATE_PO';
  const note = `Order ${first.orderId} of ${first.firstUsedAt} has the same customer purchase order number and other content.`;
  return [...holds, { holdId: derivedUlid(`${orderId}:${type}`), type, note, data: { firstOrderId: first.orderId } }];
};

/** Whether the business unit wants this order checked, and until when an answer is waited for. */
const fraudCheckOf = (
  { catalog, clock }: Pick<AppPorts, 'catalog' | 'clock'>,
  input: SubmitOrderInput,
): Pick<Submit, 'fraudCheck'> => {
  const rule = fraudRuleFor(businessUnitOf(catalog.current(), input.bu)?.fraudChecks, input);
  if (rule === undefined) return {};
  const { whenUnanswered, answerWithinSeconds } = rule;
  const requestedAt = clock();
  const answerBy = new Date(Date.parse(requestedAt) + answerWithinSeconds * 1_000).toISOString();
  return { fraudCheck: { requestedAt, answerBy, whenUnanswered } };
};

const submitCommand = (
  ports: AppPorts,
  orderId: string,
  input: SubmitOrderInput,
  valid: ValidOrder,
  sha256: string,
  first: FirstOrder | undefined,
): Submit => {
  const { creditAmount: _amount, differences: _differences, hold: _hold, ...pricing } = valid.pricing;
  const { bu, channel, customerPo, soldTo, currency, requestedDate, charges, incoterm, reservationIds } = input;
  const { shipComplete, allowSplit, allowSubstitute, payment } = input;
  return {
    type: 'SubmitOrder',
    ...{ orderId, bu, channel, customerPo, soldTo, currency, requestedDate, charges },
    ...{ shipComplete, allowSplit, allowSubstitute },
    ...(incoterm === undefined ? {} : { incoterm }),
    ...(reservationIds === undefined ? {} : { reservationIds }),
    ...(payment === undefined ? {} : { payment }),
    ...fraudCheckOf(ports, input),
    billTo: valid.billTo,
    shipTo: valid.shipTo,
    termsDays: valid.termsDays,
    lines: valid.lines,
    contentSha256: sha256,
    masterData: valid.masterData,
    pricing,
    holds: holdsOf(orderId, valid, first),
  };
};

/** An order that is there, as it is now. Under the receipt of the request that made it, a caller sees that it is not a new one. */
const present = async (
  { executor }: AppPorts,
  stream: StreamName,
  commandId: string,
  first?: Receipt,
): Promise<Outcome<CapturedOrder>> => {
  const loaded = await executor.load(order, stream);
  const { revision, position, recordedAt } = loaded;
  const receipt = first ?? { commandId, stream, revision, position, recordedAt };
  return done(await presentOrder(executor, loaded, receipt), receipt);
};

/** Submission, credit and acceptance. What a kill leaves undone is done by the process manager under the same ids. */
const capture = async (ports: AppPorts, command: Submit, context: CommandContext): Promise<Outcome<CapturedOrder>> => {
  const atOnce = await captureAtOnce(ports, command, context);
  if (atOnce !== undefined) {
    const { state, receipt, claimed } = atOnce;
    return withStored(done(capturedOrder(state, receipt.revision), receipt), claimed);
  }
  if (context.claims !== undefined) return keyTaken();
  const stream = streamName('order', command.bu, command.orderId);
  const submitted = await ports.executor.execute(order, stream, command, context, { isNew: true });
  if (submitted.kind !== 'done') return outcomeOf(submitted, () => undefined as never);
  const priced = submitted.events.find(({ type }) => type === 'OrderPriced');
  const { state, receipt } = submitted;
  const after =
    priced === undefined
      ? undefined
      : await creditAndAccept(ports, { state, causeEventId: priced.eventId, override: false }, context);
  // An earlier attempt came to the end of it: the answer is the order as that one left it, or as it is by now.
  if (after === undefined && submitted.duplicate) return present(ports, stream, context.commandId);
  // Held: the refusal to accept is no refusal of the order.
  if (after === undefined || after.kind !== 'done') return done(capturedOrder(state, receipt.revision), receipt);
  const last: Receipt = { ...after.receipt, commandId: context.commandId };
  return done(capturedOrder(after.state, last.revision), last);
};

/**
 * An invalid body is usually just that; but a repeated request may have become invalid since its order was taken, for
 * example because its date has passed.
 */
const whenInvalid = async (
  ports: AppPorts,
  input: SubmitOrderInput,
  outcome: Outcome<CapturedOrder>,
  commandId: string,
): Promise<Outcome<CapturedOrder>> => {
  const { executor, catalog } = ports;
  if (businessUnitOf(catalog.current(), input.bu) === undefined) return outcome;
  const stream = streamName('order', input.bu, commandId);
  const { submitted } = (await executor.load(order, stream)).state;
  if (submitted === null) return outcome;
  if (submitted.contentSha256 !== contentSha256(input)) {
    return refusedAs('ORDER_ALREADY_EXISTS', `Order ${commandId} exists with other content.`);
  }
  return present(ports, stream, commandId);
};

/** Under what a purchase order number is kept for ever; the command that took it has the id of its order. */
export const orderNumberKey = ({
  bu,
  soldTo,
  customerPo,
}: Pick<SubmitOrderInput, 'bu' | 'soldTo' | 'customerPo'>): Omit<BusinessClaim, 'fingerprint'> => ({
  scope: `business:order:${bu}:${soldTo}`,
  key: customerPo,
});

const keyOf = (input: SubmitOrderInput, fingerprint: string): BusinessClaim => ({
  ...orderNumberKey(input),
  fingerprint,
});

/** An invalid order takes no purchase order number. */
export const orderKey =
  (ports: AppPorts): Application['orderKey'] =>
  (input) => {
    const { validation, sha256 } = examined(ports, input);
    return validation.kind === 'invalid' ? undefined : keyOf(input, sha256);
  };

/**
 * Captures an order: master data, price, credit, acceptance. The order's id is the command id of its first attempt. The
 * customer's purchase order number is a business key for ever: the same content again is answered with the first order,
 * other content is kept on hold.
 */
export const submitOrder =
  (ports: AppPorts): Application['submitOrder'] =>
  async (input, context) => {
    const { validation, sha256 } = await examinedUpToDate(ports, input);
    const unknown = input.reservationIds === undefined ? [] : await unknownReservations(ports, input);
    if (validation.kind === 'invalid' || unknown.length > 0) {
      const violations = validation.kind === 'invalid' ? validation.violations : [];
      return whenInvalid(ports, input, invalid([...violations, ...unknown]), context.commandId);
    }
    if (input.reservationIds !== undefined) await keepForOrder(ports, input, context);
    const key = keyOf(input, sha256);
    const submit = (orderId: string, first: FirstOrder | undefined): Submit =>
      submitCommand(ports, orderId, input, validation.order, sha256, first);
    const { claims } = context;
    if (claims !== undefined) {
      const kept: ClaimToMake['answer'] = (_order, receipt) =>
        keptAnswer({ value: { orderId: context.commandId }, receipt });
      const both = [...claims, { ...key, forever: true, answer: kept }];
      return capture(ports, submit(context.commandId, undefined), { ...context, claims: both });
    }
    const claimed = await claimForEver(ports.claims, key, context);
    if (claimed.kind === 'answered') {
      const { receipt } = JSON.parse(claimed.body) as { readonly receipt: Receipt };
      return present(ports, streamName('order', input.bu, claimed.commandId), claimed.commandId, receipt);
    }
    if (claimed.kind === 'otherContent') {
      const first = { orderId: claimed.commandId, firstUsedAt: claimed.firstUsedAt };
      return capture(ports, submit(context.commandId, first), context);
    }
    const { commandId } = claimed;
    const outcome = await capture(ports, submit(commandId, undefined), { ...context, commandId });
    if (outcome.kind === 'done') {
      // Nobody waits for this: without it the next one with this key runs under the same command id and finds the order.
      rememberAnswer(ports.claims, key, { value: { orderId: commandId }, receipt: outcome.receipt }).catch(() => {});
    }
    return outcome;
  };
