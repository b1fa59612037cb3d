import type { AdvisedTime } from '../../domain/edi/adviceTime.ts';
import type { AdvisedLine, GroupReceived, SetError, TransactionSetRejected } from '../../domain/edi/inboundEvents.ts';
import type { CrossReferenceKind } from '../../domain/masterData/partnerEvents.ts';
import type { Partner } from '../../domain/masterData/partners.ts';
import type { Conversion } from '../../domain/quantity.ts';
import type { Violation } from '../application.ts';
import type { StockSnapshotInput } from '../calls/snapshotContent.ts';

/** Where a part of an order stands in its transaction set. */
export type PlaceInSet = Pick<SetError, 'segment' | 'segmentNo' | 'elementNo' | 'dataElement'>;

/** What a partner's words mean, all of one moment. */
export type OrderMapping = {
  readonly partner: Partner;
  /** Of the business unit: what an order without a currency is in. */
  readonly currency: string;
  readonly words: Readonly<Record<CrossReferenceKind, ReadonlyMap<string, string>>>;
  /** 1 of this unit of the item is num / den base units. Undefined: it is the base unit, or none that there is. */
  readonly conversionOf: (item: string, uom: string) => Pick<Conversion, 'num' | 'den'> | undefined;
  /** Versions of all that was used. */
  readonly version: string;
};

export type ReadOrder = {
  /** As the body of `POST /v1/orders`, in our words. Nothing of it was checked beyond its form in X12. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly customerPo: string | null;
  readonly errors: readonly SetError[];
  readonly unused: readonly string[];
  /** The place behind a JSON pointer into the body, or behind the nearest part above it. */
  readonly placeOf: (pointer: string) => PlaceInSet;
};

/** As `ReadOrder`, of an 860: `body` is what `understoodOrderChange` understands. */
export type ReadChange = ReadOrder;

/** What a 945 says, in the words of the warehouse. Nothing of it was checked beyond its form in X12. */
export type ReadAdvice = {
  /** W06-02. */
  readonly number: string;
  readonly reference: string | null;
  /** The warehouse that it names (N1 SF or WH); null: none. */
  readonly node: string | null;
  /** Null: it does not say, which is among the errors. */
  readonly shipped: AdvisedTime | null;
  readonly carrier?: string;
  readonly tracking: readonly string[];
  readonly lines: readonly AdvisedLine[];
} & Pick<ReadOrder, 'errors' | 'unused' | 'placeOf'>;

/** What an 846 says: lines as `POST /v1/stock-snapshots` takes them. Nothing of it was checked beyond its form in X12. */
export type ReadStockReport = {
  /** BIA03. */
  readonly number: string;
  /** The warehouse that it names (N1 WH or SF); null: none. */
  readonly node: string | null;
  /** By the clock of the warehouse. Null: it does not say, which is among the errors. */
  readonly taken: AdvisedTime | null;
  readonly lines: StockSnapshotInput['lines'];
} & Pick<ReadOrder, 'errors' | 'unused' | 'placeOf'>;

/** What a 997 says, group by group. */
export type ReadAcknowledgement = {
  readonly functionalId: string;
  readonly acknowledgedGroup: string;
  readonly status: string;
  readonly sets: readonly {
    readonly kind: string;
    readonly set: string;
    readonly status: string;
    readonly detail: string;
  }[];
};

/** What a TA1 says of an interchange: TA101, TA104 and TA105. */
export type ReadInterchangeAcknowledgement = {
  readonly interchange: string;
  readonly status: string;
  readonly noteCode: string;
};

export type OpenedInterchange = {
  readonly them: { readonly qualifier: string; readonly id: string };
  readonly us: { readonly qualifier: string; readonly id: string };
  readonly interchange: string;
  readonly usage: string;
  /** They want a TA1 (ISA14), which names the interchange by its date and time too; null: they do not. */
  readonly receiptAsked: { readonly date: string; readonly time: string } | null;
  readonly groups: readonly GroupReceived[];
  /** Its TA1 segments, which stand before all groups. */
  readonly interchangeAcknowledgements: readonly ReadInterchangeAcknowledgement[];
  /** By the place of the set; throws `RangeError` for one that is not there. */
  readonly errorsOf: (place: string) => readonly SetError[];
  readonly order: (place: string, mapping: OrderMapping) => ReadOrder;
  readonly change: (place: string, mapping: OrderMapping) => ReadChange;
  readonly advice: (place: string) => ReadAdvice;
  readonly stockReport: (place: string, mapping: OrderMapping) => ReadStockReport;
  readonly acknowledgement: (place: string) => ReadAcknowledgement | undefined;
};

/** How each set of a received group is answered. */
export type AnsweredGroup = {
  readonly functionalId: string;
  readonly group: string;
  readonly setsTold: number | null;
  readonly groupErrors: readonly string[];
  readonly sets: readonly {
    readonly kind: string;
    readonly set: string;
    /** Null: it was taken. */
    readonly rejected: Pick<TransactionSetRejected['data'], 'setErrors' | 'errors'> | null;
  }[];
};

/** X12, without any decision. Pure. */
export type InboundX12 = {
  /** One whole interchange, or why it is none. */
  readonly open: (bytes: Uint8Array) => OpenedInterchange | readonly Violation[];
  /** The text of the interchange with the TA1 that was asked for, and with one 997 for each group. `at`: RFC 3339 UTC. */
  readonly acknowledge: (
    partner: Partner,
    answered: {
      readonly of: Pick<OpenedInterchange, 'interchange' | 'receiptAsked'>;
      readonly groups: readonly AnsweredGroup[];
    },
    written: { readonly controlNumber: number; readonly at: string },
  ) => string;
};
