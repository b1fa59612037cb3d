import { emptyRoot, type Hash, nodeHash, type Sha256 } from './merkle.ts';
import { joinNodes } from './proofPaths.ts';

/** The complete subtrees of a tree, largest first: all that is needed to add to it and to know its root. */
export type Frontier = readonly { readonly leaves: number; readonly hash: Hash }[];

export const emptyFrontier: Frontier = [];

export const addLeaf = (sha256: Sha256, frontier: Frontier, leaf: Hash): Frontier => {
  const nodes = [...frontier];
  let node = { leaves: 1, hash: leaf };
  // Two of one size are one of the next.
  while (nodes.at(-1)?.leaves === node.leaves) {
    const left = nodes.pop() as (typeof nodes)[number];
    node = { leaves: node.leaves * 2, hash: nodeHash(sha256, left.hash, node.hash) };
  }
  return [...nodes, node];
};

export const rootOfFrontier = (sha256: Sha256, frontier: Frontier): Hash =>
  frontier.length === 0
    ? emptyRoot(sha256)
    : joinNodes(
        sha256,
        frontier.map(({ hash }) => hash),
      );
