import type { Candidate, Pick } from '../allocation/events.ts';
import type { Day } from '../calendar.ts';
import type { NodeDefined } from '../masterData/events.ts';
import { qtyText } from '../quantity.ts';
import type { AtpPolicy, DatedSupply } from './atp.ts';
import { type Expected, expectedFor } from './expectedDate.ts';
import { explainLine } from './explainSourcing.ts';
import type { Component } from './offers.ts';
import { byPriority, deliveryDateFor, ineligibility, shipDateFor } from './shipping.ts';
import { chooseEach, chooseShipComplete } from './sourcingChoices.ts';
import type { Choice, Desk } from './sourcingDesk.ts';
import { openDesk } from './sourcingDesk.ts';

export type SourcingLine = {
  readonly lineId: string;
  readonly item: string;
  readonly demand: bigint;
  /** The line may not be split and this node has part of it: no other node is asked. */
  readonly onlyFrom?: string;
  /** What one of it is made of, all from one node; absent: it is stocked itself. */
  readonly components?: readonly Component[];
};

/** What one node's stock position says of one item. */
export type NodeStock = {
  readonly item: string;
  readonly node: string;
  /** Sellable − allocated − reserved − safety stock, before anything is set aside for the queue; may be negative. */
  readonly free: bigint;
  /** What older orders wait for here, as far as they stand in anybody's way: lines of orders that are taken together do not. */
  readonly queuedBackorders: bigint;
  readonly supplies: readonly DatedSupply[];
};

export type SourcingInput = {
  /** The instant of the decision, RFC 3339. */
  readonly at: string;
  readonly lines: readonly SourcingLine[];
  readonly shipComplete: boolean;
  readonly allowSplit: boolean;
  readonly requestedDate: Day;
  readonly nodes: readonly NodeDefined['data'][];
  readonly stock: readonly NodeStock[];
  /** Days in which an item can be had from its maker whatever the stock, by item. */
  readonly leadTimes: readonly { readonly item: string; readonly leadTimeDays: number | null }[];
  readonly policyVersion: number;
  /** For when announced supply is counted on; absent: `atpPolicy`. */
  readonly atp?: AtpPolicy;
};

/** One decision, ready for `DecideSourcing`; Σ picks + shortage = demand. */
export type SourcedLine = {
  readonly lineId: string;
  readonly item: string;
  readonly demand: string;
  readonly picks: readonly Pick[];
  readonly shortage: string;
  /** Where the shortage waits; null when no node can supply from stock at all. */
  readonly queueNode: string | null;
  readonly candidates: readonly Candidate[];
  readonly policyVersion: number;
  /** The latest ship date of the parts that have one; null when none has. */
  readonly promisedDate: Day | null;
  /** What is known to cover the shortage, and when it can leave; null when nothing is. */
  readonly expected: (Expected & { readonly shipDate: Day | null }) | null;
  readonly explanation: readonly string[];
};

const picksOf = (input: SourcingInput, choice: Choice): readonly Pick[] =>
  choice.picks.flatMap(({ node, qty }) => {
    const shipDate = shipDateFor(node, input.at);
    return shipDate === null ? [] : [{ node: node.node, qty: qtyText(qty), shipDate, peg: 'ON_HAND' as const }];
  });

const rejection = (node: NodeDefined['data'], choice: Choice, usable: bigint): string | null => {
  if (choice.picks.some((pick) => pick.node.node === node.node)) return null;
  const never = ineligibility(node);
  if (never !== null) return never;
  if (usable <= 0n) return 'NO_STOCK';
  const { onlyFrom } = choice.line;
  if (onlyFrom !== undefined && onlyFrom !== node.node) return 'OTHER_NODE_HAS_PART';
  return choice.rejected === 'NOT_FULL_QUANTITY' && usable >= choice.demand ? 'ORDER_NOT_COMPLETE' : choice.rejected;
};

const candidatesOf = (input: SourcingInput, choice: Choice): readonly Candidate[] =>
  [...input.nodes].sort(byPriority).map((node) => {
    const usable = choice.usable.get(node.node) ?? 0n;
    return {
      node: node.node,
      priority: node.priority,
      nodeVersion: node.version,
      available: qtyText(usable),
      rejectedBy: rejection(node, choice, usable),
    };
  });

type Leaving = { readonly shipDate: Day; readonly deliveryDate: Day };

/** When each part that has a date leaves and arrives. */
const leavingOf = (input: SourcingInput, choice: Choice, expected: Expected | null): readonly Leaving[] => {
  const parts = choice.picks.map(({ node }) => ({ node, shipDate: shipDateFor(node, input.at) }));
  if (expected !== null && choice.queueNode !== null) {
    parts.push({ node: choice.queueNode, shipDate: shipDateFor(choice.queueNode, input.at, expected.date) });
  }
  return parts.flatMap(({ node, shipDate }) =>
    shipDate === null ? [] : [{ shipDate, deliveryDate: deliveryDateFor(node, shipDate) }],
  );
};

const latest = (days: readonly Day[]): Day | null => [...days].sort().at(-1) ?? null;

const sourcedLine = (input: SourcingInput, desk: Desk, choice: Choice, earlier: readonly Choice[]): SourcedLine => {
  const found = expectedFor(input, desk, choice, earlier);
  const picks = picksOf(input, choice);
  const leaving = leavingOf(input, choice, found);
  const expected =
    found === null || choice.queueNode === null
      ? null
      : { ...found, shipDate: shipDateFor(choice.queueNode, input.at, found.date) };
  const lastDelivery = latest(leaving.map(({ deliveryDate }) => deliveryDate));
  return {
    lineId: choice.line.lineId,
    item: choice.line.item,
    demand: qtyText(choice.demand),
    picks,
    shortage: qtyText(choice.shortage),
    queueNode: choice.queueNode?.node ?? null,
    candidates: candidatesOf(input, choice),
    policyVersion: input.policyVersion,
    promisedDate: latest(leaving.map(({ shipDate }) => shipDate)),
    expected,
    explanation: explainLine(input, choice, picks, { expected, lastDelivery }),
  };
};

/**
 * Decides which nodes supply an order (spec 4.6, in the form of this product): active nodes that hold stock, by
 * priority, then id. Nobody overtakes the queue: what older orders wait for, also elsewhere, is not there for this one.
 * Lines of one item share its stock, in the order of the lines, and kits that of their components. The same input always gives the same answer.
 *
 * - split allowed: each node gives what it has until the line is covered; the rest waits at the first node.
 * - split not allowed: the first node that has the full quantity; if none has, the node that has most gives what it
 *   has and the rest waits there, so that a line never leaves from two places. Later that node alone is asked.
 * - ship complete: every line whole from one node, or nothing is taken and everything waits. One node for the whole
 *   order where there is one; with split allowed, lines may otherwise come from different nodes.
 */
export const sourceOrder = (input: SourcingInput): readonly SourcedLine[] => {
  const desk = openDesk(input);
  const choices = input.shipComplete ? chooseShipComplete(input, desk) : chooseEach(input, desk);
  return choices.map((choice, index) => sourcedLine(input, desk, choice, choices.slice(0, index)));
};
