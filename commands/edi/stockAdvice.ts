import { type AdvisableStock, type AdvisedPlaces, advisedPlaces } from '../../domain/edi/advisedStock.ts';
import { dueAdvice, stockAdviceDecider } from '../../domain/edi/stockAdvice.ts';
import { streamName } from '../../domain/eventLog.ts';
import { type StockAdvicePlan, stockAdviceUsual } from '../../domain/masterData/partnerEvents.ts';
import type { Partner } from '../../domain/masterData/partners.ts';
import { valuesOf } from '../../domain/stock/orderedMap.ts';
import type { Executor } from '../handle.ts';
import type { Clock } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import { ownContext } from '../workers/ownContext.ts';

export type AdvisedPositions = {
  readonly bu: string;
  readonly nodes: readonly string[];
  readonly items: readonly string[];
};

/** Both throw `LogUnavailable`. */
export type AdvisableStockReads = {
  /** What there is at these positions. */
  readonly stock: (of: AdvisedPositions) => Promise<readonly AdvisableStock[]>;
  /** How far stock is folded, and whether any of these positions changed behind `after`; null: that is not asked. */
  readonly standing: (
    of: AdvisedPositions,
    after: string | null,
  ) => Promise<{ readonly through: string; readonly changed: boolean }>;
};

export type AdvicePorts = {
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly catalog: Pick<CatalogFollower, 'current'>;
  readonly standing: AdvisableStockReads['standing'];
  readonly clock: Clock;
  /** Of one partner; the others go on. */
  readonly onError: (error: unknown, partner: Pick<Partner, 'bu' | 'partner'>) => void;
};

/** More than this is no report that anybody reads, and no text that should be made at once. */
const positionsMax = 200_000;

/** Throws `RangeError` when they are too many: fewer nodes, or items, have to be agreed then. */
export const advisedPositions = (
  { bu, partner }: Pick<Partner, 'bu' | 'partner'>,
  { nodes, stocked }: AdvisedPlaces,
): AdvisedPositions => {
  if (nodes.length * stocked.length > positionsMax)
    throw new RangeError(`${stocked.length} items at ${nodes.length} nodes are too many to tell ${partner} of`);
  return { bu, nodes: nodes.map(({ node }) => node), items: stocked };
};

const planOf = ({ stockAdvice }: Partner): StockAdvicePlan => stockAdvice ?? stockAdviceUsual;

/** Asks for what is due to be told to one partner; false: nothing is, or nothing changed. */
const ask = async ({ executor, catalog, standing }: AdvicePorts, definition: Partner, at: string): Promise<boolean> => {
  const { bu, partner, soldTo } = definition;
  const stream = streamName(stockAdviceDecider.category, bu, partner);
  const { state } = await executor.load(stockAdviceDecider, stream);
  const plan = planOf(definition);
  const type = dueAdvice(state, plan, at);
  if (type === null) return false;
  const places = advisedPlaces(catalog.current(), definition);
  if (places.stocked.length === 0 || places.nodes.length === 0) return false;
  const after = type === 'AdviseAll' ? null : state.through;
  const { through, changed } = await standing(advisedPositions(definition, places), after);
  if (type === 'AdviseChanges' && !changed) return false;
  const id = `stock-advice:${stream}:${at}`;
  const command = { type, at, plan, bu, partner, soldTo, through } as const;
  const executed = await executor.execute(stockAdviceDecider, stream, command, ownContext('edi', id, at));
  return executed.kind === 'done' && executed.events.length > 0 && !executed.duplicate;
};

/**
 * Asks for what partners are due to be told of stock, one partner after the other, and answers with how many there were. What is
 * made of it follows from the log (`outboundDocuments.ts`), so a kill or two who look ask for nothing twice. Costs nothing while
 * no partner is told of stock.
 */
export const adviseStock = async (ports: AdvicePorts): Promise<number> => {
  const at = ports.clock();
  const partners = [...valuesOf(ports.catalog.current().partners)].filter(
    ({ active, sends }) => active && sends.includes('846'),
  );
  let asked = 0;
  for (const partner of partners) {
    try {
      if (await ask(ports, partner, at)) asked += 1;
    } catch (error) {
      ports.onError(error, partner);
    }
  }
  return asked;
};
