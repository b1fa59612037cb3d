import type { CreditRequest } from '../../domain/invoice/creditCommands.ts';
import type { InvoiceIssued } from '../../domain/invoice/events.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { Outcome } from '../application.ts';
import { derivedUlid } from '../eventIds.ts';
import { noSuch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls } from './approvals.ts';
import { billedShipments } from './billedGoods.ts';
import type { AppPorts } from './callPorts.ts';
import { carryOutOrAsk } from './carryOutOrAsk.ts';
import { creditLimitOf, creditNeed } from './creditApproval.ts';
import { findStream } from './findStream.ts';
import type { WithRevision } from './inputs.ts';

type Input = Omit<CreditRequest, 'creditMemoId' | 'returnId'> & { readonly invoiceId: string } & WithRevision;

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

/** Who authorised goods of this invoice to come back. */
const authorisersOf = async (ports: AppPorts, issued: InvoiceIssued['data'] | null): Promise<readonly string[]> => {
  const shipments = issued === null ? [] : await billedShipments(ports, issued);
  return [...new Set(shipments.flatMap(({ returns }) => returns.map(({ authorisedBy }) => authorisedBy)))];
};

const creditInvoice =
  (ports: AppPorts, { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>): CreditMemoCalls['creditInvoice'] =>
  async ({ invoiceId, ifMatch, ...asked }, context) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return noSuch('invoice', invoiceId);
    const creditMemoId = derivedUlid(`credit-memo:${context.commandId}`);
    const limit = creditLimitOf(ports.catalog.current(), found.bu, found.state);
    const command = { type: 'DraftCreditMemo', ...asked, creditMemoId, limit, by: context.actor.id } as const;
    const work = { decider: invoiceDecider, stream: found.stream, state: found.state, ifMatch };
    return carryOutOrAsk(
      { executor: ports.executor, requireApproval },
      { ...work, commandWith: (approved) => ({ ...command, ...approved }) },
      async (above) => {
        const involved = asked.cause === 'RETURN' ? await authorisersOf(ports, found.state.issued) : [];
        return creditNeed(found.state, command, above, involved);
      },
      context,
      () => ({ creditMemoId, invoiceId }),
    );
  };

export const creditMemoCalls = (
  ports: AppPorts,
  approvals: Pick<ApprovalCalls, 'requireApproval'>,
): CreditMemoCalls => ({ creditInvoice: creditInvoice(ports, approvals) });
