import { type Refusal, refuse } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { AcceptedTax } from '../../domain/invoice/events.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { acceptancesOf } from '../../domain/invoice/taxDifferences.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import { postingRulesDecider } from '../../domain/masterData/masterData.ts';
import { majorText, minor } from '../../domain/money.ts';
import type { Outcome } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { carryOut } from '../carryOut.ts';
import { toDomain } from '../codec.ts';
import type { StreamReader } from '../deciding/readStream.ts';
import { derivedUlid } from '../eventIds.ts';
import { noSuch, refused } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls, NeedsApproval } from './approvals.ts';
import type { AppPorts } from './callPorts.ts';
import { carryOutOrAsk } from './carryOutOrAsk.ts';
import { type FoundStream, findStream } from './findStream.ts';
import type { WithRevision } from './inputs.ts';

/** `creditMemoId` absent: the invoice's own tax. */
type OfDocument = { readonly invoiceId: string; readonly creditMemoId?: string };

type AcceptanceInput = OfDocument & {
  /** As the caller saw it, in minor units. */
  readonly difference: string;
  readonly reason: string;
} & WithRevision;

export type TaxDifferenceCalls = {
  /** Above the limit of the business unit APPROVAL_REQUIRED, until a second person agreed to the very same. */
  readonly acceptTaxMismatch: (
    input: AcceptanceInput,
    context: CommandContext,
  ) => Promise<Outcome<OfDocument & { readonly acceptanceId: string; readonly difference: string }>>;
  /** The engine is asked by the order's process; what it answers is in the invoice. */
  readonly requestTaxCheck: (input: OfDocument & WithRevision, context: CommandContext) => Promise<Outcome<OfDocument>>;
};

type Found = FoundStream<typeof invoiceDecider.initial>;

/** A limit is in the currency of the unit; in another one nobody accepts anything alone. */
const limitOf = ({ catalog }: AppPorts, { bu, state }: Found): string => {
  const unit = businessUnitOf(catalog.current(), bu);
  return unit?.currency === state.issued?.currency ? (unit?.taxDifferenceLimit ?? '0') : '0';
};

/** Of this request and no later one like it: the payload says how many differences were accepted before. */
const needOf = (
  { bu, state }: Found,
  { creditMemoId, difference }: Pick<AcceptanceInput, 'creditMemoId' | 'difference'>,
  { data }: Refusal,
): NeedsApproval => {
  const { invoiceId = '', number = '', currency = '' } = state.issued ?? {};
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const of = creditMemoId === undefined ? {} : { creditMemoId };
  const document = creditMemoId === undefined ? `invoice ${number}` : `a credit memo of invoice ${number}`;
  const text = `${majorText(minor(difference), currency)} ${currency}`;
  return {
    duty: 'TAX_DIFFERENCE',
    subject: { kind: 'invoice', id: invoiceId },
    payload: { invoiceId, ...of, earlier: state.acceptances.length, difference, asked },
    summary: `Take the tax of ${document} as the tax engine holds it: it differs by ${text}.`,
    link: creditMemoId === undefined ? `/v1/invoices/${invoiceId}` : `/v1/credit-memos/${creditMemoId}`,
    limit: { name: 'tax of one invoice accepted otherwise, minor units', allowed: limit, asked },
    involved: [],
    // What people write about a customer is sealed, and an approval is not.
    reason: 'Tax as the engine holds it',
    aboutBu: bu,
  };
};

/** An acceptance that posts nothing would leave the ledger where it is, and say that it had followed. */
const unlessPosted = async ({ executor }: AppPorts, bu: string): Promise<Refusal | undefined> => {
  const { state } = await executor.load(postingRulesDecider, streamName('policy', bu, 'posting'));
  const template = 'T23';
  return state.current === null || state.current.templates.includes(template)
    ? undefined
    : refuse('TEMPLATE_NOT_IN_FORCE', `The posting rules have no ${template}: publish them with it first.`, {
        template,
      });
};

const acceptTaxMismatch =
  (
    ports: AppPorts,
    { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>,
  ): TaxDifferenceCalls['acceptTaxMismatch'] =>
  async ({ ifMatch, ...asked }, context) => {
    const { invoiceId, creditMemoId, difference, reason } = asked;
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return noSuch('invoice', invoiceId);
    const unposted = await unlessPosted(ports, found.bu);
    if (unposted !== undefined) return refused(unposted);
    const of = creditMemoId === undefined ? {} : { creditMemoId };
    const acceptanceId = derivedUlid(`tax-acceptance:${context.commandId}`);
    const day = businessDay(ports, found.bu, ports.clock());
    const issuedOn = found.state.issued?.issueDate ?? day;
    const by = { acceptedOn: day < issuedOn ? issuedOn : day, acceptedBy: context.actor.id };
    const what = { acceptanceId, ...of, difference, reason };
    const command = { type: 'AcceptTaxMismatch', ...what, ...by, limit: limitOf(ports, found) } as const;
    const work = { decider: invoiceDecider, stream: found.stream, state: found.state, ifMatch };
    return carryOutOrAsk(
      { executor: ports.executor, requireApproval },
      { ...work, commandWith: (approved) => ({ ...command, ...approved }) },
      (above) => needOf(found, asked, above),
      context,
      () => ({ acceptanceId, invoiceId, ...of, difference }),
    );
  };

const requestTaxCheck =
  (ports: AppPorts): TaxDifferenceCalls['requestTaxCheck'] =>
  async ({ ifMatch, ...of }, context) => {
    const found = await findStream(ports, invoiceDecider, of.invoiceId);
    if (found === undefined) return noSuch('invoice', of.invoiceId);
    const { creditMemoId } = of;
    const about = creditMemoId === undefined ? {} : { creditMemoId };
    const command = { type: 'RequestTaxCheck', ...about, requestedBy: context.actor.id } as const;
    const work = { decider: invoiceDecider, stream: found.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => of);
  };

export const taxDifferenceCalls = (
  ports: AppPorts,
  approvals: Pick<ApprovalCalls, 'requireApproval'>,
): TaxDifferenceCalls => ({
  acceptTaxMismatch: acceptTaxMismatch(ports, approvals),
  requestTaxCheck: requestTaxCheck(ports),
});

/** What of an invoice's own tax was accepted, with where the log has it: for its void. Most have none, and are not read. */
export const acceptedTaxOf = async (
  store: StreamReader,
  { stream, state }: Pick<Found, 'stream' | 'state'>,
): Promise<readonly AcceptedTax[]> => {
  const wanted = new Set(acceptancesOf(state, undefined).map(({ acceptanceId }) => acceptanceId));
  const found: AcceptedTax[] = [];
  if (wanted.size === 0) return found;
  for await (const recorded of store.read(stream)) {
    if (recorded.type !== 'TaxMismatchAccepted') continue;
    const event = toDomain(recorded);
    if (event.type !== 'TaxMismatchAccepted' || !wanted.has(event.data.acceptanceId)) continue;
    const { eventId, position, data } = event;
    const { reason: _reason, ...accepted } = data;
    found.push({ eventId, position, accepted });
  }
  return found;
};
