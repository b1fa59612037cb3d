import type { Disposition } from '../../domain/returns/events.ts';
import type { ReturnReason } from '../../domain/shipment/events.ts';
import type { Outcome } from '../application.ts';
import type { CommandContext } from '../ports.ts';
import type { WithRevision } from './inputs.ts';

type Entered = { readonly qty: string; readonly uom?: string };
export type OfLine = Entered & { readonly shipmentLineId: string };

export type ReturnInput = {
  readonly orderId: string;
  readonly shipmentId: string;
  readonly lines: readonly (OfLine & { readonly reason: ReturnReason })[];
};

export type ReturnReceiptInput = {
  readonly rmaId: string;
  readonly receiptId: string;
  readonly receivedAt: string;
  readonly lines: readonly OfLine[];
  /** Items that the return does not have. */
  readonly others: readonly (Entered & { readonly item: string })[];
};

export type InspectionInput = {
  readonly rmaId: string;
  readonly inspectionId: string;
  readonly inspectedAt: string;
  readonly lines: readonly (OfLine & { readonly disposition: Disposition; readonly from?: 'QUARANTINE' })[];
};

type OfReturn = { readonly rmaId: string };
export type Answered = Promise<Outcome<OfReturn>>;

export type ReturnCalls = {
  readonly authoriseReturn: (input: ReturnInput, context: CommandContext) => Answered;
  readonly recordReturnReceipt: (input: ReturnReceiptInput & WithRevision, context: CommandContext) => Answered;
  readonly inspectReturn: (input: InspectionInput & WithRevision, context: CommandContext) => Answered;
  readonly closeReturn: (
    input: OfReturn & { readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Answered;
  readonly returnOwner: (
    rmaId: string,
  ) => Promise<{ readonly bu: string; readonly soldTo: string; readonly node: string } | undefined>;
};
