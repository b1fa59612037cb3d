import type { NodeDefined } from '../masterData/events.ts';
import { minQty } from '../quantity.ts';
import type { SourcingInput, SourcingLine } from './sourcing.ts';
import type { Choice, Desk, Taken } from './sourcingDesk.ts';
import { usableFor, withoutTaken } from './sourcingDesk.ts';

type Node = NodeDefined['data'];

const choiceOf = (
  desk: Desk,
  line: SourcingLine,
  picks: readonly Taken[],
  rest: { readonly queueNode: Node | null; readonly rejected: Choice['rejected'] },
): Choice => {
  const shortage = picks.reduce((left, pick) => left - pick.qty, line.demand);
  return {
    line,
    demand: line.demand,
    picks,
    shortage,
    queueNode: shortage > 0n ? rest.queueNode : null,
    usable: usableFor(desk, line),
    rejected: rest.rejected,
  };
};

const split = (desk: Desk, line: SourcingLine): Choice => {
  const usable = usableFor(desk, line);
  const picks: Taken[] = [];
  let left = line.demand;
  for (const node of desk.nodes) {
    const qty = minQty(left, usable.get(node.node) ?? 0n);
    if (qty <= 0n) continue;
    picks.push({ node, qty });
    left -= qty;
  }
  return choiceOf(desk, line, picks, { queueNode: desk.nodes[0] ?? null, rejected: 'NOT_NEEDED' });
};

const askable = ({ nodes }: Desk, { onlyFrom }: SourcingLine): readonly Node[] =>
  onlyFrom === undefined ? nodes : nodes.filter(({ node }) => node === onlyFrom);

const wholeFrom = (desk: Desk, line: SourcingLine): Node | undefined => {
  const usable = usableFor(desk, line);
  return askable(desk, line).find((node) => (usable.get(node.node) ?? 0n) >= line.demand);
};

/** `reduce` keeps the earlier node on a tie: priority, then id. */
const mostOf = (nodes: readonly Node[], usable: ReadonlyMap<string, bigint>): Node | undefined =>
  nodes.reduce<Node | undefined>(
    (best, node) => (best === undefined || (usable.get(node.node) ?? 0n) > (usable.get(best.node) ?? 0n) ? node : best),
    undefined,
  );

const fromOneNode = (desk: Desk, line: SourcingLine): Choice => {
  const whole = wholeFrom(desk, line);
  if (whole !== undefined) {
    const picks = line.demand > 0n ? [{ node: whole, qty: line.demand }] : [];
    return choiceOf(desk, line, picks, { queueNode: null, rejected: 'NOT_NEEDED' });
  }
  const usable = usableFor(desk, line);
  const best = mostOf(askable(desk, line), usable);
  const has = best === undefined ? 0n : (usable.get(best.node) ?? 0n);
  const picks = best === undefined || has === 0n ? [] : [{ node: best, qty: has }];
  return choiceOf(desk, line, picks, { queueNode: best ?? null, rejected: 'OTHER_NODE_HAS_MORE' });
};

/** Each line for itself; an earlier line's picks are gone for the later ones. */
export const chooseEach = (input: SourcingInput, desk: Desk): readonly Choice[] => {
  let left = desk;
  return input.lines.map((line) => {
    const choice = input.allowSplit ? split(left, line) : fromOneNode(left, line);
    left = withoutTaken(left, line, choice.picks);
    return choice;
  });
};

/** Every line whole from one of `nodes`, or nothing. */
const allWhole = (
  lines: readonly SourcingLine[],
  desk: Desk,
  nodes: readonly Node[],
): readonly Choice[] | undefined => {
  let left: Desk = { ...desk, nodes };
  const choices: Choice[] = [];
  for (const line of lines) {
    const whole = wholeFrom(left, line);
    if (whole === undefined) return undefined;
    const picks = line.demand > 0n ? [{ node: whole, qty: line.demand }] : [];
    choices.push(choiceOf(left, line, picks, { queueNode: null, rejected: 'NOT_NEEDED' }));
    left = withoutTaken(left, line, picks);
  }
  return choices;
};

/** Complete, or everything waits at the first node. */
export const chooseShipComplete = (input: SourcingInput, desk: Desk): readonly Choice[] => {
  for (const node of desk.nodes) {
    const choices = allWhole(input.lines, desk, [node]);
    if (choices !== undefined) return choices;
  }
  const spread = input.allowSplit ? allWhole(input.lines, desk, desk.nodes) : undefined;
  const rejected = 'NOT_FULL_QUANTITY';
  const waiting = (line: SourcingLine) =>
    choiceOf(desk, line, [], { queueNode: askable(desk, line)[0] ?? null, rejected });
  return spread ?? input.lines.map(waiting);
};
