import { customerOf, itemOf, priceListOf } from '../../domain/masterData/catalog.ts';
import { unorderable } from '../../domain/masterData/resolveLine.ts';
import { type OrderValidation, validateOrder } from '../../domain/masterData/validateOrder.ts';
import type { ProposedLine } from '../../domain/order/changeEvents.ts';
import type { Wish } from '../../domain/order/changePreview.ts';
import type { LineTerms, OrderCommand } from '../../domain/order/commands.ts';
import type { OrderSubmitted, SubmittedLine } from '../../domain/order/events.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { contractInForce } from '../../domain/pricing/contractTerms.ts';
import { priceOrder } from '../../domain/pricing/price.ts';
import { qty, qtyMax, qtyText, toBase } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import type { Application, ContentChecks, Outcome, Violation } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, noSuch, violation } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import { type FoundStream, findStream } from './findStream.ts';
import type { AddLinesInput, ChangeLineInput, WithRevision } from './inputs.ts';

type Submitted = OrderSubmitted['data'];
type Found = FoundStream<OrderState>;

/** As if they were an order of their own, for the customer and the ship-to of this one. Its date may have passed meanwhile. */
const validated = ({ catalog, clock }: AppPorts, of: Submitted, lines: AddLinesInput['lines']): OrderValidation => {
  const { bu, soldTo, billTo, shipTo, currency } = of;
  const current = catalog.current();
  const today = businessDay({ catalog }, bu, clock());
  const requestedDate = of.requestedDate < today ? today : of.requestedDate;
  return validateOrder({ bu, soldTo, billTo, shipTo, currency, requestedDate, charges: [], lines }, current, today);
};

/** An order can be held as a whole for what is wrong with it; a line that is to be added is not taken. */
const heldFor = (validation: OrderValidation, lines: AddLinesInput['lines']): readonly Violation[] => {
  if (validation.kind === 'invalid') return [];
  const { pricing, holds } = validation.order;
  const prices = pricing.differences.map(({ lineId, requested, applied }) => {
    const at = lines.findIndex((line) => line.lineId === lineId);
    const detail = `The price of line ${lineId} is ${applied}, not ${requested}.`;
    return violation(`/lines/${at}/requestedPrice`, 'PRICE_MISMATCH', detail);
  });
  const taxes = holds.flatMap(({ type, note }) =>
    type === 'MASTER_DATA' ? [violation('/lines', 'TAX_MAPPING_MISSING', note)] : [],
  );
  return [...prices, ...taxes];
};

/** What is wrong with the customer or the order is in no place of this body. */
const ofLines = ({ pointer, ...rest }: Violation): Violation => ({
  pointer: pointer.startsWith('/lines') ? pointer : '',
  ...rest,
});

const lineViolations = (validation: OrderValidation, lines: AddLinesInput['lines']): readonly Violation[] =>
  validation.kind === 'invalid' ? validation.violations.map(ofLines) : heldFor(validation, lines);

const proposed = (validation: OrderValidation): readonly ProposedLine[] => {
  if (validation.kind === 'invalid') return [];
  const { lines, pricing } = validation.order;
  const { priceListId, priceListVersion } = pricing;
  return lines.flatMap((line, index) => {
    const priced = pricing.lines[index];
    return priced === undefined ? [] : [{ line, priced, priceListId, priceListVersion }];
  });
};

export const examinedLines = async (ports: AppPorts, { submitted }: OrderState, lines: AddLinesInput['lines']) => {
  if (submitted === null) return { violations: [], lines: [] };
  const violations = () => lineViolations(validated(ports, submitted, lines), lines);
  await missingIn(ports.catalog, violations);
  return { violations: violations(), lines: proposed(validated(ports, submitted, lines)) };
};

/** What more of the line would be asked for today; a sentence when it cannot be had. */
export const termsOf = ({ catalog }: AppPorts, of: Submitted, line: SubmittedLine): LineTerms | string => {
  const current = catalog.current();
  const customer = customerOf(current, of.bu, of.soldTo);
  const item = itemOf(current, of.bu, line.item);
  if (customer?.active !== true) return `Customer ${of.soldTo} is not active.`;
  if (item === undefined) return `There is no item ${line.item}.`;
  const never = unorderable(item, (each) => itemOf(current, of.bu, each));
  if (never !== undefined) return never.detail;
  const priceList = priceListOf(current, of.bu, customer.priceListId);
  if (priceList === undefined) return `Customer ${of.soldTo} has no usable price list.`;
  const { currency } = of;
  const contract = contractInForce(customer);
  const itemGroupOf = () => item.group;
  const outcome = priceOrder({ currency, lines: [line], charges: [], priceList, contract, itemGroupOf });
  if (outcome.kind === 'problems') return outcome.problems[0]?.detail ?? 'It has no price.';
  return outcome.pricing.lines[0] ?? 'It has no price.';
};

type Examined = { readonly violations: readonly Violation[]; readonly command?: Wish };

/** In base units with the conversion of today. A line that there is not has nothing wrong with it; the order refuses it. */
export const examinedChange = (
  ports: AppPorts,
  { submitted }: OrderState,
  input: ChangeLineInput,
  changeId: string,
): Examined => {
  const { lineId, reason, uom, meaning } = input;
  const line = submitted?.lines.find((each) => each.lineId === lineId);
  const entered = { qty: input.qty, uom };
  const wish = { type: 'RequestQty', changeId, lineId, reason, entered, ...(meaning && { meaning }) } as const;
  if (submitted === null || line === undefined) {
    return { violations: [], command: { ...wish, qty: input.qty, terms: `There is no line ${lineId}.` } };
  }
  const conversions = itemOf(ports.catalog.current(), submitted.bu, line.item)?.conversions ?? [];
  const base = toBase(qty(input.qty), uom, line.baseUom, conversions);
  if ('code' in base)
    return { violations: [violation(base.code === 'UOM_UNKNOWN' ? '/uom' : '/qty', base.code, base.detail)] };
  if (base.base > qtyMax) return { violations: [violation('/qty', 'QTY_TOO_LARGE', 'More than a line can hold.')] };
  const terms = termsOf(ports, submitted, line);
  return { violations: [], command: { ...wish, qty: qtyText(base.base), terms } };
};

export const carriedOut = (
  ports: AppPorts,
  { stream }: Found,
  command: OrderCommand,
  { ifMatch }: WithRevision,
  context: CommandContext,
): Promise<Outcome<{ readonly changeId: string }>> => {
  const changeId = context.commandId;
  return carryOut(ports.executor, { decider: order, stream, command, ifMatch }, context, () => ({ changeId }));
};

/** Credit for it is asked by the process, in the lane of the order; the change id tells the caller where to look. */
export const changeCalls = (ports: AppPorts): Pick<Application, 'addLines' | 'changeLine'> => ({
  addLines: async (input, context) => {
    const found = await findStream(ports, order, input.orderId);
    if (found === undefined) return noSuch('order', input.orderId);
    const changeId = context.commandId;
    // Taken before: prices and dates that are others by now change nothing of the answer.
    const isKnown = valueAt(found.state.changes, changeId) !== undefined;
    const { violations, lines } = await examinedLines(ports, found.state, isKnown ? [] : input.lines);
    if (violations.length > 0 && !isKnown) return invalid(violations);
    const command = { type: 'RequestLines', changeId, reason: input.reason, lines } as const;
    return carriedOut(ports, found, command, input, context);
  },
  changeLine: async (input, context) => {
    const found = await findStream(ports, order, input.orderId);
    if (found === undefined) return noSuch('order', input.orderId);
    const { violations, command } = examinedChange(ports, found.state, input, context.commandId);
    if (command === undefined) return invalid(violations);
    return carriedOut(ports, found, command, input, context);
  },
});

export const changeChecks = (ports: AppPorts): Pick<ContentChecks, 'addedLines' | 'changedLine'> => ({
  addedLines: async ({ orderId, lines }) => {
    const found = await findStream(ports, order, orderId);
    return found === undefined ? [] : (await examinedLines(ports, found.state, lines)).violations;
  },
  changedLine: async (input) => {
    const found = await findStream(ports, order, input.orderId);
    return found === undefined ? [] : examinedChange(ports, found.state, input, '').violations;
  },
});
