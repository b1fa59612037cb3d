import { type SourcedLine, sourceOrder } from '../../domain/availability/sourcing.ts';
import { streamName } from '../../domain/eventLog.ts';
import { composedId } from '../../domain/ids.ts';
import { nodesOf } from '../../domain/masterData/catalog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import type { ChannelPurpose } from '../../domain/stock/events.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import type { Place } from '../../domain/stock/place.ts';
import type { StockState } from '../../domain/stock/state.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { inParallel } from '../inParallel.ts';
import { alsoAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import { eligibleNodes, leadTimesFor, nodeStock, sourcingPolicyVersion } from '../steps/source.ts';
import { stockAtOnce } from '../steps/stockScripts.ts';
import type { WantedLine } from './reservationContent.ts';

type Ports = Pick<AppPorts, 'executor' | 'catalog' | 'clock'>;

export type Wanted = {
  readonly reservationId: string;
  readonly bu: string;
  readonly purpose: ChannelPurpose;
  readonly needDate: string;
  readonly expiresAt: string;
  readonly allowPartial: boolean;
  readonly allowSplit: boolean;
  readonly lines: readonly WantedLine[];
};

export type Held = {
  readonly lineId: string;
  readonly item: string;
  readonly partId: string;
  readonly node: string;
  readonly qty: bigint;
  readonly expiresAt: string;
};

/** `sourced`: the last decision about what is not held; empty when everything is. */
export type SetAside = { readonly held: readonly Held[]; readonly sourced: readonly SourcedLine[] };

/** One decision and up to seven more when a stock position gave less than it had shown. */
const roundsMax = 8;

export const stockStream = ({ bu, node, item }: Place) => streamName('stock', bu, node, item);

type Seen = Map<string, { readonly place: Place; readonly state: StockState; readonly revision: number }>;

/** What the positions say now. Whoever asks again after a kill finds what it holds there already. */
const look = async ({ executor, catalog }: Ports, { bu, lines }: Wanted): Promise<Seen> => {
  const items = [...new Set(lines.map(({ item }) => item))];
  const places = items.flatMap((item) => eligibleNodes({ catalog }, bu).map(({ node }) => ({ bu, node, item })));
  const seen: Seen = new Map();
  await inParallel(places, stockAtOnce, async (place) => {
    const { state, revision } = await executor.load(stockDecider, stockStream(place));
    seen.set(stockStream(place), { place, state, revision });
  });
  return seen;
};

const partId = ({ reservationId }: Wanted, lineId: string, node: string, round: number): string =>
  composedId(reservationId, lineId, node, String(round));

const heldBy = (wanted: Wanted, seen: Seen): readonly Held[] =>
  wanted.lines.flatMap(({ lineId, item }) =>
    [...seen.values()].flatMap(({ place: { node, item: stocked }, state }) => {
      if (stocked !== item) return [];
      return Array.from({ length: roundsMax }, (_, index) => partId(wanted, lineId, node, index + 1)).flatMap((id) => {
        const found = valueAt(state.reservations, id);
        if (found?.expiresAt == null) return [];
        return [{ lineId, item, partId: id, node, qty: found.qty, expiresAt: found.expiresAt }];
      });
    }),
  );

/** Where the rest of each line would come from, by the rules that orders are sourced by. */
const decide = ({ catalog, clock }: Ports, wanted: Wanted, seen: Seen, held: readonly Held[]) => {
  const { bu, allowSplit, needDate: requestedDate } = wanted;
  const lines = wanted.lines.flatMap(({ lineId, item, qty: asked, node }) => {
    const own = held.filter((part) => part.lineId === lineId);
    const demand = own.reduce((left, part) => left - part.qty, asked);
    const onlyFrom = node ?? (allowSplit ? undefined : own[0]?.node);
    return demand > 0n ? [{ lineId, item, demand, ...(onlyFrom !== undefined && { onlyFrom }) }] : [];
  });
  if (lines.length === 0) return [];
  return sourceOrder({
    ...{ at: clock(), lines, shipComplete: false, allowSplit, requestedDate, nodes: nodesOf(catalog.current(), bu) },
    stock: [...seen.values()].map(({ place: { item, node }, state }) => nodeStock(item, node, state)),
    leadTimes: leadTimesFor({ catalog }, bu, lines),
    policyVersion: sourcingPolicyVersion,
  });
};

type Taking = { readonly lineId: string; readonly item: string; readonly node: string; readonly qty: string };

const reserve = async (
  { executor, clock }: Ports,
  wanted: Wanted,
  { lineId, item, node, qty: amount }: Taking,
  round: number,
  context: CommandContext,
): Promise<{ readonly state: StockState; readonly revision: number }> => {
  const { bu, purpose, needDate, expiresAt, reservationId: orderId } = wanted;
  const reservationId = partId(wanted, lineId, node, round);
  const line = { bu, node, item, orderId, lineId, reservationId, qty: amount, needDate, purpose, expiresAt };
  const own = alsoAs(context, `${context.commandId}:${reservationId}`);
  const command = { type: 'Reserve', ...line, at: clock() } as const;
  const executed = await executor.execute(stockDecider, stockStream(line), command, own);
  if (executed.kind !== 'done') throw new Error('a request for stock is answered by events');
  return { state: executed.state, revision: executed.receipt.revision };
};

/**
 * Takes from the stock positions what is wanted, round by round while somebody else is faster. Each position decides for
 * itself, so nothing is promised twice; without `allowPartial` nothing is taken that cannot be had whole as far as is known.
 */
export const setAside = async (ports: Ports, wanted: Wanted, context: CommandContext): Promise<SetAside> => {
  const seen = await look(ports, wanted);
  for (let round = 1; ; round += 1) {
    const held = heldBy(wanted, seen);
    const sourced = decide(ports, wanted, seen, held);
    const picks = sourced.flatMap(({ lineId, item, picks: from }) =>
      from.map(({ node, qty: amount }) => ({ lineId, item, node, qty: amount })),
    );
    const isShort = sourced.some(({ shortage }) => qty(shortage) > 0n);
    if (picks.length === 0 || round > roundsMax || (isShort && !wanted.allowPartial)) return { held, sourced };
    await inParallel(picks, stockAtOnce, async (pick) => {
      const answer = await reserve(ports, wanted, pick, round, context);
      const place = { bu: wanted.bu, node: pick.node, item: pick.item };
      // Several lines may ask one position; the newest answer knows of all of them.
      if (answer.revision >= (seen.get(stockStream(place))?.revision ?? -1))
        seen.set(stockStream(place), { place, ...answer });
    });
  }
};

/** What could be had of a line: what is held, and what the last decision would still take. */
export const couldBeHad = (lineId: string, { held, sourced }: SetAside): string => {
  const own = held.filter((part) => part.lineId === lineId).reduce((sum, part) => sum + part.qty, 0n);
  const more = sourced.find((line) => line.lineId === lineId)?.picks ?? [];
  return qtyText(more.reduce((sum, pick) => sum + qty(pick.qty), own));
};
