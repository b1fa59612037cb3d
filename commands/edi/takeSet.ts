import type { AcknowledgementReceived } from '../../domain/edi/inboundEvents.ts';
import { type Inbox, outcomeAt, setsOf } from '../../domain/edi/inbox.ts';
import type { Application, Violation } from '../application.ts';
import type { SubmitOrderInput } from '../calls/inputs.ts';
import { derivedUlid } from '../eventIds.ts';
import { alsoAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { type AdvicePorts, receiveAdvice } from './receiveAdvice.ts';
import {
  dataOf,
  type OfSet,
  type ReceivedSet,
  rejected,
  type SetOutcome,
  segmentsInError,
  setErrorOf,
} from './setOutcome.ts';
import { askForChanges, type ChangePorts } from './takeChange.ts';
import { type StockReportPorts, takeStockReport } from './takeStockReport.ts';

export type SetPorts = ChangePorts &
  AdvicePorts &
  StockReportPorts & {
    readonly submitOrder: Application['submitOrder'];
    /** The body as `POST /v1/orders` takes it, or what is wrong with its form. */
    readonly understand: (
      body: unknown,
    ) => { readonly input: SubmitOrderInput } | { readonly violations: readonly Violation[] };
  };

/** The order of a set, under an id that is its own: whoever takes it again takes the same. */
const takeOrder = async (ports: SetPorts, of: OfSet, context: CommandContext): Promise<SetOutcome> => {
  const { opened, mapping, stream, at } = of;
  const read = opened.order(at.place, mapping);
  if (read.errors.length > 0) return rejected(of, read.customerPo, read.errors);
  const understood = ports.understand(read.body);
  if ('violations' in understood)
    return rejected(
      of,
      read.customerPo,
      understood.violations.map((one) => setErrorOf(read, one)),
    );
  const { input } = understood;
  const orderId = derivedUlid(`${stream}/${at.place}`);
  const source = { ...context.source, channel: input.channel };
  const outcome = await ports.submitOrder(input, { ...alsoAs(context, orderId), source });
  if (outcome.kind === 'done') {
    const { value } = outcome;
    return {
      type: 'TransactionSetTaken',
      data: {
        ...dataOf(of),
        ...{ outcome: value.orderId === orderId ? 'ORDER' : 'REPEATED', orderId: value.orderId },
        ...{ customerPo: input.customerPo, holds: value.holds.map(({ type }) => type) },
        ...{ unused: read.unused, mappingVersion: mapping.version },
      },
    };
  }
  const violations =
    outcome.kind === 'invalid'
      ? outcome.violations
      : [{ pointer: '/customerPo', code: outcome.refusal.refused, detail: outcome.refusal.detail }];
  return rejected(
    of,
    input.customerPo,
    violations.map((one) => setErrorOf(read, one)),
  );
};

/** The changes of a set: rejected as a whole where it cannot be read or there is no such order, asked for one by one otherwise. */
const takeChange = async (ports: SetPorts, of: OfSet, context: CommandContext): Promise<SetOutcome> => {
  const { opened, mapping, stream, at } = of;
  const { bu, soldTo } = mapping.partner;
  const read = opened.change(at.place, mapping);
  if (read.errors.length > 0) return rejected(of, read.customerPo, read.errors);
  const wrong = (violations: readonly Violation[]): SetOutcome =>
    rejected(
      of,
      read.customerPo,
      violations.map((one) => setErrorOf(read, one)),
    );
  const understood = ports.understandChange(read.body);
  if ('violations' in understood) return wrong(understood.violations);
  const { input } = understood;
  const { customerPo } = input;
  const orderId = await ports.orderOfPo({ bu, soldTo, customerPo });
  if (orderId === undefined)
    return wrong([{ pointer: '/customerPo', code: 'NOT_FOUND', detail: `There is no order ${customerPo}.` }]);
  const source = { ...context.source, channel: mapping.partner.orders.channel };
  const changes = await askForChanges(ports, { orderId, input, set: `${stream}/${at.place}` }, { ...context, source });
  return {
    type: 'TransactionSetTaken',
    data: {
      ...{ ...dataOf(of), outcome: 'CHANGE', orderId, customerPo, holds: [], changes },
      ...{ unused: read.unused, mappingVersion: mapping.version },
    },
  };
};

/** What becomes of one set. Throws `LogUnavailable`. */
export const takeSet = async (ports: SetPorts, of: OfSet, context: CommandContext): Promise<SetOutcome> => {
  const { opened, at } = of;
  const errors = opened.errorsOf(at.place);
  if (at.setErrors.length > 0 || errors.length > 0)
    return rejected(of, null, errors, at.setErrors.length > 0 ? at.setErrors : [segmentsInError]);
  if (at.kind === '850') return takeOrder(ports, of, context);
  if (at.kind === '860') return takeChange(ports, of, context);
  if (at.kind === '945') return receiveAdvice(ports, of);
  if (at.kind === '846') return takeStockReport(ports, of, context);
  const said = opened.acknowledgement(at.place);
  if (said !== undefined) return { type: 'AcknowledgementReceived', data: { ...dataOf(of), ...said } };
  const detail = 'A 997 begins with AK1, which says which group it is about.';
  const place = { segment: 'AK1', segmentNo: 2, elementNo: null, dataElement: null };
  return rejected(of, null, [{ code: 'REQUIRED', detail, ...place, x12Code: '3' }]);
};

/** Sets that nothing became of yet; those of a rejected group stay so. */
export const untaken = (state: Inbox): readonly ReceivedSet[] =>
  setsOf(state.received?.groups ?? []).filter(
    ({ of, place }) => of.groupErrors.length === 0 && outcomeAt(state, place) === undefined,
  );

/** What the partner says of interchanges that it was sent, as far as it is not recorded yet. */
export const untoldInterchanges = (
  { opened, mapping: { partner } }: Pick<OfSet, 'opened' | 'mapping'>,
  state: Inbox,
): readonly AcknowledgementReceived[] =>
  opened.interchangeAcknowledgements.flatMap(({ interchange, status, noteCode }, index) => {
    const place = `0.${index + 1}`;
    if (outcomeAt(state, place) !== undefined) return [];
    const whose = { bu: partner.bu, partner: partner.partner, soldTo: partner.soldTo, interchange: opened.interchange };
    const about = { functionalId: null, acknowledgedGroup: interchange, status, noteCode, sets: [] };
    return [{ type: 'AcknowledgementReceived', data: { ...whose, place, group: '', set: '', kind: 'TA1', ...about } }];
  });
