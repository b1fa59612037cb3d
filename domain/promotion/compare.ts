import {
  accountMapParts,
  businessUnitParts,
  crossReferenceParts,
  differencesBetween,
  lateSupplyParts,
  type PolicyParts,
  postingRulesParts,
  taxCodesParts,
} from '../masterData/policyChange.ts';
import type { ArtefactObject } from './artefact.ts';
import type { PromotedDefinition, PromotedObject } from './events.ts';

/** What is in force here of the same kind and id. */
export type InForce = PromotedDefinition & { readonly version: number; readonly contentSha256: string };

const partsOf = (object: PromotedDefinition): PolicyParts => {
  switch (object.kind) {
    case 'business-unit':
      return businessUnitParts(object.definition);
    case 'tax-codes':
      return taxCodesParts(object.definition);
    case 'accounts':
      return accountMapParts(object.definition);
    case 'posting':
      return postingRulesParts(object.definition);
    case 'late-supply':
      return lateSupplyParts(object.definition);
    case 'cross-reference':
      return crossReferenceParts(object.definition);
  }
};

/** Where it has what was proposed, nothing else can have come between. */
const outcomeOf = (object: ArtefactObject, inForce: InForce | null): PromotedObject['outcome'] => {
  if (inForce === null) return 'ADDED';
  return inForce.contentSha256 === object.contentSha256 ? 'SAME' : 'CHANGED';
};

/** An object of an artefact, held against what is in force. */
export const comparedWith = (object: ArtefactObject, inForce: InForce | null): PromotedObject => {
  const { version: sourceVersion, ancestors, ...promoted } = object;
  const outcome = outcomeOf(object, inForce);
  return {
    ...promoted,
    sourceVersion,
    outcome,
    replaces: inForce && { version: inForce.version, contentSha256: inForce.contentSha256 },
    diverged: outcome === 'CHANGED' && !ancestors.includes(inForce?.contentSha256 ?? ''),
    differences:
      outcome === 'SAME' ? [] : differencesBetween(inForce === null ? {} : partsOf(inForce), partsOf(object)),
  };
};
