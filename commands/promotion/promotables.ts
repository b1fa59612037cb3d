import { contentOf, type Defined } from '../../domain/masterData/masterData.ts';
import type { InForce } from '../../domain/promotion/compare.ts';
import type { PromotedDefinition, PromotedEvent, PromotedKind } from '../../domain/promotion/events.ts';
import type { Definable } from '../calls/definer.ts';
import { definableCrossReference } from '../calls/masterData.ts';
import { definablePolicies } from '../calls/policies.ts';
import { contentSha256 } from '../canonicalJson.ts';

/** How a kind is defined, its own type put away: what it is given is always of its kind. */
type Promotable = Definable<PromotedEvent>;

const anyOf = <E extends PromotedEvent>(definable: Definable<E>): Promotable => definable as unknown as Promotable;

const promotables: Readonly<Record<PromotedKind, Promotable>> = {
  'business-unit': anyOf(definablePolicies['business-unit']),
  'tax-codes': anyOf(definablePolicies['tax-codes']),
  accounts: anyOf(definablePolicies.accounts),
  posting: anyOf(definablePolicies.posting),
  'late-supply': anyOf(definablePolicies['late-supply']),
  'cross-reference': anyOf(definableCrossReference),
};

export const promotableOf = ({ kind }: Pick<PromotedDefinition, 'kind'>): Promotable => promotables[kind];

/** The state of its stream as a definition of this kind; null: nothing was ever defined. */
export const inForceOf = (kind: PromotedKind, { current }: Defined<PromotedEvent>): InForce | null => {
  if (current === null) return null;
  const definition = contentOf<PromotedEvent>(current);
  // What lies in the stream of a kind is of that kind.
  return { kind, definition, version: current.version, contentSha256: contentSha256(definition) } as InForce;
};
