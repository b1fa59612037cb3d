import type { LateSupplyRules } from '../availability/lateSupply.ts';
import type { NodeDefined } from '../masterData/events.ts';
import { qty } from '../quantity.ts';

// What a what-if run may replace: what sourcing really reads today. Each kind is one policy; a run replaces one.

/**
 * The first rule that fits a position says what is withheld there; a part that is left out fits everything. It names either a
 * quantity in base units, or whole per cent of what the log has, rounded down.
 */
export type SafetyStockRule = {
  readonly node?: string;
  readonly item?: string;
  readonly qty?: string;
  readonly percent?: string;
};

export type SimulatedPolicy =
  | { readonly kind: 'SAFETY_STOCK'; readonly rules: readonly SafetyStockRule[] }
  /** In which order nodes are asked, and which of them supply at all. What is left out of a node is as it was. */
  | {
      readonly kind: 'SOURCING';
      readonly nodes: readonly { readonly node: string; readonly priority?: number; readonly active?: boolean }[];
    }
  /** For every order that is accepted in the range, whatever it asked for itself. */
  | { readonly kind: 'SPLITS'; readonly allowSplit?: boolean; readonly shipComplete?: boolean }
  /** What happens when announced supply is late or slips. What is left out is as the log has it, version after version. */
  | ({ readonly kind: 'LATE_SUPPLY' } & Partial<LateSupplyRules>);

type Spot = { readonly node: string; readonly item: string };

const fits = (rule: SafetyStockRule, { node, item }: Spot): boolean =>
  (rule.node ?? node) === node && (rule.item ?? item) === item;

/** `logged`: what the log withholds there. Null: the policy of the log. */
export const safetyStockOf = (policy: SimulatedPolicy | null, spot: Spot, logged: bigint): bigint => {
  if (policy?.kind !== 'SAFETY_STOCK') return logged;
  const rule = policy.rules.find((each) => fits(each, spot));
  if (rule === undefined) return logged;
  return rule.qty === undefined ? (logged * qty(rule.percent ?? '100')) / 100n : qty(rule.qty);
};

type Node = NodeDefined['data'];

export const nodeUnder = (policy: SimulatedPolicy | null, node: Node): Node => {
  if (policy?.kind !== 'SOURCING') return node;
  const { priority = node.priority, active = node.active } = policy.nodes.find((one) => one.node === node.node) ?? {};
  return { ...node, priority, active };
};

type Wishes = { readonly allowSplit: boolean; readonly shipComplete: boolean };

export const wishesUnder = (policy: SimulatedPolicy | null, asked: Wishes): Wishes => {
  if (policy?.kind !== 'SPLITS') return { allowSplit: asked.allowSplit, shipComplete: asked.shipComplete };
  const { allowSplit = asked.allowSplit, shipComplete = asked.shipComplete } = policy;
  return { allowSplit, shipComplete };
};

export const lateSupplyUnder = (policy: SimulatedPolicy | null, logged: LateSupplyRules): LateSupplyRules => {
  if (policy?.kind !== 'LATE_SUPPLY') return logged;
  const { kind: _, ...replaced } = policy;
  return { ...logged, ...replaced };
};
