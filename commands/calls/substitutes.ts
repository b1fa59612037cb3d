import { allocation } from '../../domain/allocation/allocation.ts';
import { lineOf } from '../../domain/allocation/state.ts';
import { streamName } from '../../domain/eventLog.ts';
import { itemOf } from '../../domain/masterData/catalog.ts';
import { inPlaceOf, type Substitute, substituteFor } from '../../domain/masterData/substitutes.ts';
import type { ProposedLine, Substitution } from '../../domain/order/changeEvents.ts';
import type { SubmittedLine } from '../../domain/order/events.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { substitutePrice } from '../../domain/pricing/substitutePrice.ts';
import { qty, qtyText, toBase } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import type { Application, ContentChecks, Violation } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { invalid, noSuch, refusedAs, violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';
import type { AppPorts } from './callPorts.ts';
import { carriedOut, examinedLines } from './changes.ts';
import { type FoundStream, findStream } from './findStream.ts';
import type { SubstituteLineInput } from './inputs.ts';

type Asked = ProposedLine & { readonly inPlaceOf: Substitution };
type Examined = { readonly violations: readonly Violation[]; readonly substitute?: Asked };

const wrong = (...violations: readonly Violation[]): Examined => ({ violations });

/** The rule of today, as new as the log: who was just told that an item may be substituted may ask for it at once. */
const ruleOf = async (
  { catalog, clock }: AppPorts,
  bu: string,
  item: string,
  other: string,
): Promise<Substitute | Violation> => {
  const find = (): Substitute | undefined => {
    return substituteFor(catalog.current(), { bu, item, other }, businessDay({ catalog }, bu, clock()));
  };
  const none = violation('/item', 'SUBSTITUTE_UNKNOWN', `${other} does not stand for ${item} today.`);
  await missingIn(catalog, () => (find() === undefined ? [none] : []));
  return find() ?? none;
};

/** In base units of both items; a violation where either is no whole number. */
const quantities = (
  ports: AppPorts,
  bu: string,
  line: SubmittedLine,
  input: SubstituteLineInput,
  rule: Substitute,
): { readonly old: bigint; readonly new: bigint } | Violation => {
  const conversions = itemOf(ports.catalog.current(), bu, line.item)?.conversions ?? [];
  const base = toBase(qty(input.qty), input.uom, line.baseUom, conversions);
  if ('code' in base) return violation(base.code === 'UOM_UNKNOWN' ? '/uom' : '/qty', base.code, base.detail);
  const whole = inPlaceOf(base.base, rule.ratio);
  if (whole !== undefined) return { old: base.base, new: whole };
  const { num, den } = rule.ratio;
  const detail = `${num} of ${rule.item} stand for ${den} of ${line.item}, and ${base.base} is no multiple of that.`;
  return violation('/qty', 'RATIO_NOT_DIVISIBLE', detail);
};

/** The line is the only one of its body, and its quantity follows from another one. */
const ofBody = ({ pointer, ...rest }: Violation): Violation => ({
  pointer: pointer === '/lines/0/item' || pointer === '/lines/0/qty' ? pointer.slice('/lines/0'.length) : '',
  ...rest,
});

/** A line that there is not has nothing wrong with it; whoever asks is refused. */
const examined = async (ports: AppPorts, state: OrderState, input: SubstituteLineInput): Promise<Examined> => {
  const { submitted } = state;
  const line = submitted?.lines.find(({ lineId }) => lineId === input.lineId);
  const original = state.pricing?.lines.find(({ lineId }) => lineId === input.lineId);
  if (submitted === null || line === undefined || original === undefined) return wrong();
  const { bu, currency } = submitted;
  if (line.kind === 'KIT')
    return wrong(violation('/item', 'KIT_NOT_SUBSTITUTED', `Line ${line.lineId} is of kits: add a line instead.`));
  const rule = await ruleOf(ports, bu, line.item, input.item);
  if ('pointer' in rule) return wrong(rule);
  const amounts = quantities(ports, bu, line, input, rule);
  if ('pointer' in amounts) return wrong(amounts);
  const baseUom = itemOf(ports.catalog.current(), bu, rule.item)?.baseUom ?? line.baseUom;
  const wanted = { lineId: input.newLineId, item: rule.item, qty: qtyText(amounts.new), uom: baseUom };
  const { violations, lines } = await examinedLines(ports, state, [wanted]);
  const [proposed] = lines;
  if (violations.length > 0 || proposed === undefined) return wrong(...violations.map(ofBody));
  const { ratio, priceRule } = rule;
  const of = { rule: priceRule, ratio, currency, original, qty: amounts.old };
  const priced = substitutePrice({ ...of, listed: proposed.priced, newQty: amounts.new });
  if (priced === undefined) {
    const detail = `No price of one ${baseUom} of ${rule.item} comes to ${original.unitPrice} for each ${line.baseUom} of ${line.item}.`;
    return wrong(violation('/item', 'PRICE_NOT_CONVERTIBLE', detail));
  }
  const agreed = input.consent === undefined ? {} : { consent: input.consent };
  const stands = { lineId: line.lineId, item: line.item, qty: qtyText(amounts.old), ratio, priceRule, ...agreed };
  const added = { ...proposed, line: { ...proposed.line, originLineId: line.lineId }, priced };
  return { violations: [], substitute: { ...added, inPlaceOf: stands } };
};

/** What is with a warehouse or a supplier is on its way: it is stopped first, or it turns out to be short. */
const onItsWay = async (
  { executor }: AppPorts,
  { bu, state: { lines } }: FoundStream<OrderState>,
  orderId: string,
  { lineId, qty: wanted }: Substitution,
) => {
  const { state } = await executor.load(allocation, streamName('allocation', bu, orderId));
  const [line, ordered] = [lineOf(state, lineId), valueAt(lines, lineId)];
  if (line === undefined || ordered === undefined) return undefined;
  const handed = line.allocated + line.dropship;
  // What was added to the line and is not heard of yet is with nobody.
  const own = line.unsourced + line.backordered + line.reserved + ordered.raised - line.added;
  if (qty(wanted) <= own || handed === 0n) return undefined;
  const detail = `Of line ${lineId} ${own} can be substituted; ${handed} are with a warehouse or a supplier.`;
  return refusedAs('NOT_SUBSTITUTABLE', detail, { lineId, qty: qtyText(own) });
};

/** As added lines and raised ones: credit is asked by the process, and the change id tells the caller where to look. */
export const substituteCall = (ports: AppPorts): Pick<Application, 'substituteLine'> => ({
  substituteLine: async (input, context) => {
    const { orderId, lineId, reason } = input;
    const found = await findStream(ports, order, orderId);
    if (found === undefined) return noSuch('order', orderId);
    const changeId = context.commandId;
    // Taken before: what is in force or on its way by now changes nothing of the answer.
    if (valueAt(found.state.changes, changeId) !== undefined)
      return carriedOut(ports, found, { type: 'RequestLines', changeId, reason, lines: [] }, input, context);
    const { violations, substitute } = await examined(ports, found.state, input);
    if (violations.length > 0) return invalid(violations);
    if (substitute === undefined)
      return refusedAs('LINE_UNKNOWN', `Order ${orderId} has no line ${lineId}.`, { lineId });
    const refusal = await onItsWay(ports, found, orderId, substitute.inPlaceOf);
    if (refusal !== undefined) return refusal;
    return carriedOut(ports, found, { type: 'RequestSubstitute', changeId, reason, substitute }, input, context);
  },
});

export const substituteCheck = (ports: AppPorts): Pick<ContentChecks, 'substitutedLine'> => ({
  substitutedLine: async (input) => {
    const found = await findStream(ports, order, input.orderId);
    return found === undefined ? [] : (await examined(ports, found.state, input)).violations;
  },
});
