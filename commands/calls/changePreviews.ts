import { allocation } from '../../domain/allocation/allocation.ts';
import { lineOf } from '../../domain/allocation/state.ts';
import { credit, hasRoomFor, missingCredit } from '../../domain/credit/credit.ts';
import { isRefusal, type Refusal } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { minorText } from '../../domain/money.ts';
import { isChangeHeld } from '../../domain/order/acceptDecisions.ts';
import { type ChangePreview, previewChange, type Wish } from '../../domain/order/changePreview.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { minQty, qtyText } from '../../domain/quantity.ts';
import type { Application, Violation } from '../application.ts';
import type { AppPorts } from './callPorts.ts';
import { examinedChange, examinedLines } from './changes.ts';
import { type FoundStream, findStream } from './findStream.ts';
import type { AddLinesInput, ChangeLineInput } from './inputs.ts';

export type PreviewInput = {
  readonly orderId: string;
  readonly lines: AddLinesInput['lines'];
  readonly changes: readonly Pick<ChangeLineInput, 'lineId' | 'qty' | 'uom'>[];
};

/** `HELD`: over the limit, or behind what waits already. Amounts are minor units, quantities base units. */
export type PreviewedChange = {
  readonly bu: string;
  readonly currency: string;
  readonly netBefore: string;
  readonly netAfter: string;
  readonly credit: { readonly required: string; readonly outcome: 'NOT_NEEDED' | 'GRANTED' | 'HELD' };
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly uom: string;
    readonly unitPrice: string;
    readonly before: string;
    readonly after: string;
    readonly netBefore: string;
    readonly netAfter: string;
    /** Of what is to be stopped: given up at once, and what a warehouse or supplier has to agree to. */
    readonly stoppedAtOnce: string;
    readonly toBeAsked: string;
  }[];
};

export type PreviewOutcome =
  | { readonly kind: 'previewed'; readonly value: PreviewedChange }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] };

/** The wishes as their own routes would make them, each with an id of its own. */
const understood = async (ports: AppPorts, state: OrderState, { orderId, lines, changes }: PreviewInput) => {
  const wishes: Wish[] = [];
  const violations: Violation[] = [];
  if (lines.length > 0) {
    const examined = await examinedLines(ports, state, lines);
    violations.push(...examined.violations);
    wishes.push({ type: 'RequestLines', changeId: 'lines', reason: '', lines: examined.lines });
  }
  for (const [index, change] of changes.entries()) {
    const examined = examinedChange(ports, state, { ...change, orderId, reason: '' }, `change ${index}`);
    const at = `/changes/${index}`;
    violations.push(...examined.violations.map((each) => ({ ...each, pointer: `${at}${each.pointer}` })));
    if (examined.command !== undefined) wishes.push(examined.command);
  }
  return { wishes, violations };
};

const creditOf = async (
  { executor }: AppPorts,
  state: OrderState,
  { creditFor, creditBy }: ChangePreview,
): Promise<PreviewedChange['credit']> => {
  const { submitted } = state;
  if (submitted === null || creditBy <= 0n) return { required: '0', outcome: 'NOT_NEEDED' };
  const { bu, soldTo, currency, orderId } = submitted;
  const account = (await executor.load(credit, streamName('credit', bu, soldTo))).state;
  const missing = missingCredit(account, orderId, creditFor, creditBy);
  if (missing <= 0n) return { required: '0', outcome: 'NOT_NEEDED' };
  const isGranted = !isChangeHeld(state) && hasRoomFor(account, currency, missing);
  return { required: minorText(missing), outcome: isGranted ? 'GRANTED' : 'HELD' };
};

const told = async (
  ports: AppPorts,
  { bu, state }: FoundStream<OrderState>,
  preview: ChangePreview,
): Promise<PreviewedChange> => {
  const { orderId = '', currency = '' } = state.submitted ?? {};
  const allocated = (await ports.executor.load(allocation, streamName('allocation', bu, orderId))).state;
  const lines = preview.lines.map(({ lineId, item, baseUom, unitPrice, before, after, netBefore, netAfter }) => {
    const less = before > after ? before - after : 0n;
    const line = lineOf(allocated, lineId);
    const own = line === undefined ? less : line.unsourced + line.backordered + line.reserved;
    const atOnce = minQty(less, own);
    return {
      ...{ lineId, item, uom: baseUom, unitPrice, before: qtyText(before), after: qtyText(after) },
      ...{ netBefore: minorText(netBefore), netAfter: minorText(netAfter) },
      ...{ stoppedAtOnce: qtyText(atOnce), toBeAsked: qtyText(less - atOnce) },
    };
  });
  const { netBefore, netAfter } = preview;
  return {
    ...{ bu, currency, netBefore: minorText(netBefore), netAfter: minorText(netAfter), lines },
    credit: await creditOf(ports, state, preview),
  };
};

/** What changes would come to, by the order, the account and the prices of this moment. Writes nothing. */
export const previewCall = (ports: AppPorts): Pick<Application, 'previewChange'> => ({
  previewChange: async (input) => {
    const found = await findStream(ports, order, input.orderId);
    if (found === undefined) return undefined;
    const { wishes, violations } = await understood(ports, found.state, input);
    if (violations.length > 0) return { kind: 'invalid', violations };
    const preview = previewChange(wishes, found.state);
    if (isRefusal(preview)) return { kind: 'refused', refusal: preview };
    return { kind: 'previewed', value: await told(ports, found, preview) };
  },
});
