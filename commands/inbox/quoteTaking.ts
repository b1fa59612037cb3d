import { localClock } from '../../domain/calendar.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { canonicalJson } from '../../domain/evidence/canonicalJson.ts';
import { businessUnitOf, type Catalog, customerOf } from '../../domain/masterData/catalog.ts';
import type { CrmOwnership, CrmQuotes } from '../../domain/masterData/crm.ts';
import { type ClosedQuote, dayMeant } from '../../domain/quote/closedQuote.ts';
import { differentPlaces } from '../../domain/quote/differences.ts';
import { orderOfQuote, type QuoteContext, quoteChannel } from '../../domain/quote/quotedOrder.ts';
import type { Application } from '../application.ts';
import type { SubmitOrderInput } from '../calls/inputs.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { isKeyTaken } from '../carryOut.ts';
import { findEvent, type StreamReader } from '../deciding/readStream.ts';
import { keepPayload, keptPayload, type PayloadPorts, type PayloadReads } from '../edi/payloads.ts';
import type { SetPorts } from '../edi/takeSet.ts';
import { derivedUlid } from '../eventIds.ts';
import type { CommandContext, CrmAccounts, CrmQuoteRow } from '../ports.ts';
import { missingIn } from '../workers/upToDate.ts';
import { CrmRefused, refusedFor } from './crmRefused.ts';
import { isGoneFrom, type TakingAccounts, takeAccount } from './crmTaking.ts';

export type TakingQuotes = Omit<TakingAccounts, 'vault'> &
  PayloadPorts &
  PayloadReads &
  Pick<Application, 'submitOrder' | 'canClaim' | 'contentChecks'> &
  Pick<SetPorts, 'understand' | 'orderOfPo'> & {
    readonly store: StreamReader;
    readonly accounts: Pick<CrmAccounts, 'account'>;
  };

export type Quoted = Extract<CrmQuoteRow, { readonly kind: 'QUOTE' }>;

/** `quotes`: those of `ownership`. */
type Of = { readonly bu: string; readonly ownership: CrmOwnership; readonly quotes: CrmQuotes };

const mediaType = 'application/json';
/** More than these are not named. */
const placesMax = 10;

/** A quote in one revision is one order, whoever takes it and however often. */
const orderIdOf = (bu: string, { system, quoteId, revision }: ClosedQuote): string =>
  derivedUlid(`quote:${JSON.stringify([system, bu, quoteId, revision])}`);

const timeZoneOf = (catalog: Catalog, bu: string): string => businessUnitOf(catalog, bu)?.timeZone ?? 'UTC';

/** What is quoted differently from what the order was made of, as far as that is still kept. */
const changedPlaces = async (
  ports: TakingQuotes,
  { data: { bu, soldTo }, metadata }: RecordedOf<'OrderSubmitted'>,
  said: Quoted['said'],
): Promise<string> => {
  const sha256 = metadata.source.payloadSha256;
  const before = sha256 === undefined ? undefined : await keptPayload(ports, { bu, soldTo, sha256 });
  if (before === undefined) return '';
  const places = differentPlaces(JSON.parse(before.toString('utf8')), said, placesMax);
  return ` (${places.join(', ')})`;
};

/** What became of a quote stays as it is, whatever the quote says later; somebody has to hear of it. */
const checkUnchanged = async (
  ports: TakingQuotes,
  { quote, said }: Quoted,
  submitted: RecordedOf<'OrderSubmitted'>,
): Promise<void> => {
  if (submitted.metadata.source.payloadSha256 === contentSha256(said)) return;
  const { orderId } = submitted.data;
  const places = await changedPlaces(ports, submitted, said);
  const detail = `Quote ${quote.number} was changed after it had become order ${orderId}${places}. The order is as it was.`;
  throw new CrmRefused('QUOTE_CHANGED', detail, orderId);
};

/**
 * The account as the CRM has it now, taken before its quote: accounts and quotes are asked for one by one, and an order has the
 * payment terms that were in force there when it was won. One that is no customer's there may be defined here by hand.
 */
const takeItsAccount = async (ports: TakingQuotes, { bu, ownership }: Of, quote: ClosedQuote, signal: AbortSignal) => {
  if (quote.account === null) return;
  const { accounts, catalog } = ports;
  const unit = ownership.theirs ?? bu;
  const row = await accounts.account(unit, quote.account.accountId, signal);
  if (row?.kind === 'NOT_UNDERSTOOD') throw new CrmRefused('ACCOUNT_NOT_TAKEN', `Its account is ${row.detail}`);
  if (row?.kind !== 'ACCOUNT') return;
  try {
    const version = await takeAccount(ports, bu, row.account, ownership, isGoneFrom(accounts, unit, signal));
    const known = customerOf(catalog.current(), bu, row.account.customer)?.version ?? 0;
    if (known < version) await catalog.ready();
  } catch (error) {
    if (!(error instanceof CrmRefused)) throw error;
    throw new CrmRefused('ACCOUNT_NOT_TAKEN', `Its account cannot be taken: ${error.name} ${error.message}`);
  }
};

/** The body that the quote comes to, or everything that is wrong with it. */
const inputOf = async (ports: TakingQuotes, { bu, quotes }: Of, quote: ClosedQuote): Promise<SubmitOrderInput> => {
  const { catalog, clock } = ports;
  const quoted = (known: Catalog) => {
    const today = localClock(clock(), timeZoneOf(known, bu)).day;
    return orderOfQuote({ bu, quotes, catalog: known, today } satisfies QuoteContext, quote);
  };
  await missingIn(catalog, (known) => quoted(known).violations);
  const { body, violations } = quoted(catalog.current());
  if (body === null) throw refusedFor(violations);
  const understood = ports.understand(body);
  const others = 'violations' in understood ? understood.violations : await ports.contentChecks.order(understood.input);
  const named = new Set(violations.map(({ pointer }) => pointer));
  const all = [...violations, ...others.filter(({ pointer }) => !named.has(pointer))];
  if (all.length > 0 || 'violations' in understood) throw refusedFor(all);
  return understood.input;
};

/** Its number belongs to an order for ever. An earlier revision may have it, or somebody who entered the quote by hand. */
const checkNumber = async (ports: TakingQuotes, orderId: string, { bu, soldTo, customerPo }: SubmitOrderInput) => {
  const holder = await ports.orderOfPo({ bu, soldTo, customerPo });
  if (holder === undefined || holder === orderId) return;
  const detail = `Order ${holder} has the number of quote ${customerPo} already: it is of another revision, or was entered by hand. Nothing was ordered for this one.`;
  throw new CrmRefused('NUMBER_TAKEN', detail, holder);
};

const contextOf = (ports: TakingQuotes, bu: string, { system, quoteId, revision }: ClosedQuote, sha256: string) => {
  const cause = `${system}:quote:${quoteId}:${revision}`;
  const version = businessUnitOf(ports.catalog.current(), bu)?.version ?? 0;
  return {
    ...{ correlationId: cause, causationId: cause, occurredAt: ports.clock() },
    actor: { kind: 'PARTNER', id: system, roles: ['crm'] },
    source: {
      ...{ system, partnerId: system, channel: quoteChannel, payloadSha256: sha256 },
      mappingVersion: `${bu}@${version}`,
    },
  } as const satisfies Omit<CommandContext, 'commandId'>;
};

/** The keys are claimed in the append of the order wherever the log can; whoever finds one taken looks at what is there. */
const submit = async (ports: TakingQuotes, input: SubmitOrderInput, context: CommandContext) => {
  const atOnce = ports.canClaim ? await ports.submitOrder(input, { ...context, claims: [] }) : undefined;
  return atOnce === undefined || isKeyTaken(atOnce) ? ports.submitOrder(input, context) : atOnce;
};

/**
 * Makes an order of a quote that was won, by the same call as every other order. One that is an order already, and one that was
 * closed in another way, comes to nothing. Throws `CrmRefused`, also when an order was made of it and it was changed since,
 * `LogUnavailable` and `PartnerUnavailable`.
 */
export const takeQuote = async (ports: TakingQuotes, of: Of, row: Quoted, signal: AbortSignal): Promise<void> => {
  const { quote, said } = row;
  const { bu, quotes } = of;
  const timeZone = timeZoneOf(ports.catalog.current(), bu);
  if (quote.closed !== null && dayMeant(quote.closed, timeZone) < quotes.wonFrom) return;
  const orderId = orderIdOf(bu, quote);
  const submitted = await findEvent(ports.store, streamName('order', bu, orderId), 'OrderSubmitted');
  if (submitted !== undefined) return checkUnchanged(ports, row, submitted);
  if (!quote.isWon) return;
  await takeItsAccount(ports, of, quote, signal);
  const input = await inputOf(ports, of, quote);
  await checkNumber(ports, orderId, input);
  const sha256 = await keepPayload(ports, Buffer.from(canonicalJson(said)), { bu, soldTo: input.soldTo, mediaType });
  const context = { ...contextOf(ports, bu, quote, sha256), commandId: orderId };
  const outcome = await submit(ports, input, context);
  if (outcome.kind === 'invalid') throw refusedFor(outcome.violations);
  if (outcome.kind === 'refused') throw new CrmRefused(outcome.refusal.refused, outcome.refusal.detail);
  if (outcome.value.orderId !== orderId) await checkNumber(ports, orderId, input);
};
