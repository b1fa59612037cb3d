import type { Outcome } from '../application.ts';
import type { CommandContext } from '../ports.ts';
import type { WithRevision } from './inputs.ts';

type OfPurchaseOrder = { readonly poId: string };
type Entered = { readonly lineId: string; readonly qty: string; readonly uom?: string };

export type AcknowledgementInput = OfPurchaseOrder & {
  readonly acknowledgementId: string;
  readonly supplierReference?: string;
  readonly accepted: readonly (Entered & { readonly shipDate?: string })[];
  readonly refused: readonly (Entered & { readonly code: string })[];
};

export type ShipNoticeInput = OfPurchaseOrder & {
  readonly supplierAsn: string;
  readonly shippedAt: string;
  readonly carrier?: string;
  readonly tracking: readonly string[];
  readonly lines: readonly (Entered & { readonly lots: readonly string[]; readonly serials: readonly string[] })[];
};

export type SupplierBillInput = OfPurchaseOrder & {
  readonly billId: string;
  readonly billDate: string;
  readonly currency: string;
  /** `amount` in minor units. */
  readonly lines: readonly (Entered & { readonly amount: string })[];
};

type Call<Input> = (input: Input & WithRevision, context: CommandContext) => Promise<Outcome<OfPurchaseOrder>>;

export type DropShipCalls = {
  readonly acknowledgeDropShip: Call<AcknowledgementInput>;
  readonly recordDropShipNotice: Call<ShipNoticeInput>;
  readonly matchSupplierBill: Call<SupplierBillInput>;
  readonly dropShipOwner: (poId: string) => Promise<{ readonly bu: string; readonly supplier: string } | undefined>;
};
