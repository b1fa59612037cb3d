import { qty } from './quantity.ts';

/**
 * What one kit is made of, in base units per kit. It is kept with the line that orders the kit, so a recipe that changes
 * later changes nothing of it. A kit is ordered, promised, shipped and billed whole; stock knows its components alone.
 */
export type Recipe = readonly { readonly item: string; readonly qty: string }[];

/** Absent: the item is stocked itself. */
export type OfRecipe = { readonly components?: Recipe };

/** To hand on what a line is made of, where it is a kit. */
export const recipeOf = (line: OfRecipe | undefined): OfRecipe =>
  line?.components === undefined ? {} : { components: line.components };

/** The goods that a quantity of a line is at its stock positions. */
export const goodsOf = (
  line: OfRecipe & { readonly item: string },
  amount: bigint,
): readonly { readonly item: string; readonly qty: bigint }[] =>
  line.components === undefined
    ? [{ item: line.item, qty: amount }]
    : line.components.map((component) => ({ item: component.item, qty: amount * qty(component.qty) }));

/** How many whole kits can be made of what there is of each component. */
export const wholeOf = (parts: readonly { readonly per: bigint; readonly there: bigint }[]): bigint =>
  parts.reduce<bigint | undefined>((least, { per, there }) => {
    const kits = there / per;
    return least === undefined || kits < least ? kits : least;
  }, undefined) ?? 0n;

/** How many kits cannot be whole without so much of one component. */
export const kitsWithout = (missing: bigint, per: bigint): bigint => (missing + per - 1n) / per;
