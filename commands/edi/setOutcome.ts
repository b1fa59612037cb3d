import type { SetError, TransactionSetRejected } from '../../domain/edi/inboundEvents.ts';
import type { outcomeAt, setsOf } from '../../domain/edi/inbox.ts';
import type { OpenedInterchange, OrderMapping } from './inboundPorts.ts';

export type SetOutcome = NonNullable<ReturnType<typeof outcomeAt>>;
export type ReceivedSet = ReturnType<typeof setsOf>[number];

/** A set that is looked at, and what its partner means by its words. */
export type OfSet = {
  readonly opened: OpenedInterchange;
  readonly mapping: OrderMapping;
  readonly stream: string;
  readonly at: ReceivedSet;
};

/** Data element 718: one or more segments are wrong. */
export const segmentsInError = '5';

/** What every event of a set says of it. */
export const dataOf = ({ opened, mapping: { partner }, at }: OfSet) => ({
  ...{ bu: partner.bu, partner: partner.partner, soldTo: partner.soldTo, interchange: opened.interchange },
  ...{ place: at.place, group: at.of.group, set: at.set, kind: at.kind },
});

export const rejected = (
  of: OfSet,
  customerPo: string | null,
  errors: readonly SetError[],
  setErrors: readonly string[] = [segmentsInError],
): TransactionSetRejected => ({
  type: 'TransactionSetRejected',
  data: { ...dataOf(of), customerPo, setErrors, errors, mappingVersion: of.mapping.version },
});
