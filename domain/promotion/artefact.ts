import type { PromotedDefinition, PromotedObject } from './events.ts';

export const artefactFormat = 'throughline-policies/1';

/** So many objects are taken at once, and so many earlier versions of each are named. */
export const artefactObjectsMax = 200;
export const ancestorsMax = 20;

/** Of its canonical JSON: with what is said of it beside, it has to go into a body of a mebibyte. */
export const artefactBytesMax = 1_000_000;

export type ArtefactObject = PromotedDefinition & {
  readonly id: string;
  /** That it has where it was exported. */
  readonly version: number;
  /** Over the canonical JSON of `definition`. */
  readonly contentSha256: string;
  /** The same of the versions before it, newest first: what it may take the place of elsewhere. */
  readonly ancestors: readonly string[];
};

/**
 * Policies and mappings of one business unit. It says nothing of when or where in the log it was made: the same versions are the
 * same bytes, so it can be kept beside source code and compared there.
 */
export type Artefact = {
  readonly format: typeof artefactFormat;
  readonly bu: string;
  readonly source: { readonly keyId: string; readonly publicKey: string };
  readonly objects: readonly ArtefactObject[];
  /** Over the canonical JSON of all the rest but `signature`. */
  readonly sha256: string;
  /** Ed25519 over `artefactBytes`, base64. */
  readonly signature: string;
};

const encoder = new TextEncoder();

/** What is signed. The first line keeps it apart from everything else that the key signs. */
export const artefactBytes = (sha256: string): Uint8Array => encoder.encode(`${artefactFormat}\n${sha256}`);

/** Its id within the business unit, as in the list of definitions. */
export const idOfDefinition = (object: PromotedDefinition): string =>
  object.kind === 'cross-reference' ? `${object.definition.partner}.${object.definition.kind}` : object.definition.bu;

/** How people name an object of an artefact: `accounts:ACME`, `cross-reference:NORDBUY.ITEM`. */
export const nameOfObject = ({ kind, id }: Pick<PromotedObject, 'kind' | 'id'>): string => `${kind}:${id}`;
