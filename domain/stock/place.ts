/** Where stock lies: the stream `stock-<bu>.<node>.<item>` is the only authority on what is there. */
export type Place = { readonly bu: string; readonly node: string; readonly item: string };

/** The place alone, of something that says more. */
export const placeOf = ({ bu, node, item }: Place): Place => ({ bu, node, item });
