const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

const firstText = (...values: readonly unknown[]): string | undefined =>
  values.find((value): value is string => typeof value === 'string' && value !== '');

export const customerSubject = (bu: string, customer: string): string => `customer:${bu}.${customer}`;

/** What belongs to no customer is sealed for its business unit: nothing that may hold a person is ever written in the clear. */
export const unitSubject = (bu: string): string => `unit:${bu}`;

/** A webhook's secrets have keys of their own: no customer's erasure ends them, and nobody opens them with other text. */
const webhookSubject = (bu: string, subscriptionId: string): string => `webhook:${bu}.${subscriptionId}`;

/** Where the states of order, shipment and invoice say whose they are. */
const customerOfState = (state: unknown): string | undefined =>
  firstText(
    memberOf(state, 'soldTo'),
    ...['submitted', 'draft', 'issued'].map((part) => memberOf(memberOf(state, part), 'soldTo')),
  );

/** Whom the sealed text of an event is about: the subscription or customer that the event names, else that of its stream. */
export const subjectOf = (bu: string, data: unknown, state: unknown): string => {
  const subscriptionId = memberOf(data, 'subscriptionId');
  if (typeof subscriptionId === 'string') return webhookSubject(bu, subscriptionId);
  const customer =
    firstText(memberOf(data, 'soldTo'), memberOf(data, 'customer'), memberOf(memberOf(data, 'issued'), 'soldTo')) ??
    customerOfState(state);
  return customer === undefined ? unitSubject(bu) : customerSubject(bu, customer);
};

/** The business unit that a subject belongs to. */
export const unitOf = (subject: string): string => /^\w+:([^.]+)/.exec(subject)?.[1] ?? '';
