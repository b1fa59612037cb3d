import { isRefusal, type Refusal } from '../domain/decider.ts';
import type { CreditMemoCommand, CreditRequest } from '../domain/invoice/creditCommands.ts';
import { invoiceDecider } from '../domain/invoice/invoice.ts';
import { businessUnitOf } from '../domain/masterData/catalog.ts';
import { majorText, minor } from '../domain/money.ts';
import type { ApprovalCalls, NeedsApproval } from './appApprovals.ts';
import type { Outcome } from './application.ts';
import type { WithRevision } from './applicationInputs.ts';
import type { AppPorts } from './appPorts.ts';
import { carryOut } from './carryOut.ts';
import { derivedUlid } from './eventIds.ts';
import { type FoundStream, findStream } from './findStream.ts';
import { refused, refusedAs } from './outcome.ts';
import type { CommandContext } from './ports.ts';

type Input = Omit<CreditRequest, 'creditMemoId' | 'returnId'> & { readonly invoiceId: string } & WithRevision;
type Draft = Extract<CreditMemoCommand, { type: 'DraftCreditMemo' }>;
type Found = FoundStream<typeof invoiceDecider.initial>;

export type CreditMemoCalls = {
  /**
   * Gives back part of an issued invoice: decided and certain with this call, numbered and issued by the order's process.
   * Above the limit of the business unit APPROVAL_REQUIRED, until a second person agreed to the very same.
   */
  readonly creditInvoice: (
    input: Input,
    context: CommandContext,
  ) => Promise<Outcome<{ readonly creditMemoId: string; readonly invoiceId: string }>>;
};

/** A limit is in the currency of the unit; in another one nothing is credited by one person alone. */
const limitOf = ({ catalog }: AppPorts, { bu, state }: Found): string => {
  const unit = businessUnitOf(catalog.current(), bu);
  return unit?.currency === state.issued?.currency ? (unit?.creditMemoLimit ?? '0') : '0';
};

/** Of this request and no later one like it: the payload says how many credit memos the invoice had. */
const needOf = (
  { state }: Found,
  { cause, lines, charges, restockingFee }: Draft,
  { data }: Refusal,
): NeedsApproval => {
  const { invoiceId = '', number = '', currency = '' } = state.issued ?? {};
  const { limit, asked } = data as { readonly limit: string; readonly asked: string };
  const payload = { invoiceId, earlier: state.credits.length, cause, lines, charges, restockingFee, asked };
  return {
    duty: 'CREDIT_MEMO',
    subject: { kind: 'invoice', id: invoiceId },
    payload: JSON.parse(JSON.stringify(payload)) as unknown,
    summary: `Credit invoice ${number} for ${cause}: then ${majorText(minor(asked), currency)} ${currency} of it are credited in all.`,
    link: `/v1/invoices/${invoiceId}`,
    limit: { name: 'credited of one invoice, minor units', allowed: limit, asked },
    involved: [],
    // What people write about a customer is sealed, and an approval is not.
    reason: `Credit memo for ${cause}`,
  };
};

const creditInvoice =
  (ports: AppPorts, { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>): CreditMemoCalls['creditInvoice'] =>
  async ({ invoiceId, ifMatch, ...asked }, context) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return refusedAs('NOT_FOUND', `There is no invoice ${invoiceId}.`);
    const creditMemoId = derivedUlid(`credit-memo:${context.commandId}`);
    const about = { type: 'DraftCreditMemo', ...asked, creditMemoId, limit: limitOf(ports, found) } as const;
    const command = { ...about, by: context.actor.id };
    const expected = invoiceDecider.decide(command, found.state);
    const isAbove = isRefusal(expected) && expected.refused === 'APPROVAL_REQUIRED';
    if (isRefusal(expected) && !isAbove) return refused(expected);
    const approval = isAbove && (await requireApproval(needOf(found, command, expected), context));
    if (approval !== false && approval.kind !== 'done') return approval;
    const approved = approval === false ? {} : { approvalId: approval.value.approvalId };
    const work = { decider: invoiceDecider, stream: found.stream, command: { ...command, ...approved }, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ creditMemoId, invoiceId }));
  };

export const creditMemoCalls = (
  ports: AppPorts,
  approvals: Pick<ApprovalCalls, 'requireApproval'>,
): CreditMemoCalls => ({ creditInvoice: creditInvoice(ports, approvals) });
