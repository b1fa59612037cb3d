import type { SetError, TransactionSetRejected } from '../../domain/edi/inboundEvents.ts';
import type { outcomeAt, setsOf } from '../../domain/edi/inbox.ts';
import type { Violation } from '../application.ts';
import type { OpenedInterchange, OrderMapping, ReadOrder } from './inboundPorts.ts';

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

/** Data element 723, by the code of the catalogue; anything else is a value that is not one of those there are. */
const x12Codes: Readonly<Record<string, string>> = {
  REQUIRED: '1',
  SIZE_INVALID: '5',
  TEXT_INVALID: '6',
  FORMAT_INVALID: '6',
  NUMERIC_FORMAT: '6',
  DATE_INVALID: '8',
  DATE_IN_PAST: '8',
  DATE_TOO_FAR: '8',
};
const valueInvalid = '7';

/** What the content of a set has against it, at the place that says it. */
export const setErrorOf = ({ placeOf }: Pick<ReadOrder, 'placeOf'>, { pointer, code, detail }: Violation): SetError => {
  const place = placeOf(pointer);
  return { code, detail, ...place, elementNo: place.elementNo ?? 3, x12Code: x12Codes[code] ?? valueInvalid };
};
