import {
  type BinaryExpression,
  type BindingElement,
  type CallExpression,
  type CaseOrDefaultClause,
  isBinaryExpression,
  isBindingElement,
  isBlock,
  isCallExpression,
  isCaseClause,
  isConditionalExpression,
  isIdentifier,
  isIfStatement,
  isImportDeclaration,
  isInterfaceDeclaration,
  isNoSubstitutionTemplateLiteral,
  isParameterDeclaration,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isStringLiteral,
  isSwitchStatement,
  isTypeAliasDeclaration,
  isTypeNode,
  isVariableDeclaration,
  type Node,
  type ParameterDeclaration,
  type PropertyAccessExpression,
  type PropertyAssignment,
  type Statement,
  type SwitchStatement,
  type VariableDeclaration,
} from 'typescript/unstable/ast';
import type { CodeGraph, Declared, Place } from './codeGraph.ts';
import { holds, isComparison, isExit, type Selected } from './guards.ts';

/** A text that code may make: not one that it only compares with. `as`: the property or variable that it becomes. */
export type Made = { readonly text: string; readonly as: string | undefined; readonly file: string };

type Reached = {
  readonly made: readonly Made[];
  readonly declared: readonly Declared[];
};

type ReachOptions = {
  readonly selected?: Selected;
  /** Properties that lead away from what is asked. */
  readonly skipped?: ReadonlySet<string>;
  /** What a call of this name comes to, where no import leads there. */
  readonly members?: ReadonlyMap<string, readonly Start[]>;
  /** What is reached and not entered. */
  readonly isEnd?: (declared: Declared) => boolean;
};

export type Start = { readonly file: string; readonly node: Node };

const isOfTypes = (node: Node): boolean =>
  isTypeNode(node) || isTypeAliasDeclaration(node) || isInterfaceDeclaration(node) || isImportDeclaration(node);

/** They only ask. */
const asking = new Set(['includes', 'has', 'startsWith', 'endsWith', 'indexOf']);

/**
 * Everything that code may come to from where it starts: an over-estimate, but that branches on the selected name are taken as
 * they would be. It follows names to what the files of the graph declare; types are left out.
 */
export const reach = (graph: CodeGraph, starts: readonly Start[], options: ReachOptions = {}): Reached => {
  const { selected, skipped, members, isEnd } = options;
  const made: Made[] = [];
  const seen = new Map<Place, Declared>();
  const entered = new Set<Node>();
  const waiting: Start[] = [...starts];

  const meet = (found: Declared | undefined): void => {
    if (found === undefined || seen.has(found.place)) return;
    seen.set(found.place, found);
    if (isEnd?.(found) !== true) waiting.push({ file: found.file, node: found.node });
  };

  /** Whether nothing behind them is reached. */
  const inTurn = (statements: Iterable<Statement>, file: string): boolean => {
    for (const statement of statements) {
      walk(statement, file);
      if (isExit(statement)) return true;
      if (!isIfStatement(statement)) continue;
      const is = holds(statement.expression, selected);
      if (is === true && isExit(statement.thenStatement)) return true;
      if (is === false && statement.elseStatement !== undefined && isExit(statement.elseStatement)) return true;
    }
    return false;
  };

  const branches = (clauses: readonly CaseOrDefaultClause[], file: string): void => {
    const labelOf = (clause: CaseOrDefaultClause): string | undefined =>
      isCaseClause(clause) && isStringLiteral(clause.expression) ? clause.expression.text : undefined;
    const isChosen = clauses.some((clause) => selected?.names.has(labelOf(clause) ?? '') === true);
    const own = clauses.findIndex((clause) => isChosen && labelOf(clause) === selected?.name);
    const from = own >= 0 ? own : clauses.findIndex((clause) => !isCaseClause(clause));
    if (isChosen && from < 0) return;
    for (const clause of isChosen ? clauses.slice(from) : clauses) {
      if (labelOf(clause) === undefined && isCaseClause(clause)) walk(clause.expression, file);
      // An empty one falls through to the next.
      if (inTurn(clause.statements, file) && isChosen) return;
    }
  };

  const either = (condition: Node, then: Node, otherwise: Node | undefined, file: string, as?: string): void => {
    const is = holds(condition, selected);
    walk(condition, file);
    if (is !== false) walk(then, file, as);
    if (is !== true && otherwise !== undefined) walk(otherwise, file, as);
  };

  const call = (node: CallExpression, file: string): void => {
    walk(node.expression, file);
    const isAsked = isPropertyAccessExpression(node.expression) && asking.has(node.expression.name.text);
    for (const argument of node.arguments) if (!isAsked || !isStringLiteral(argument)) walk(argument, file);
  };

  const member = (node: PropertyAccessExpression, file: string): void => {
    const { expression, name } = node;
    if (isIdentifier(expression)) meet(graph.resolve(file, expression.text, name.text));
    else walk(expression, file);
    waiting.push(...(members?.get(name.text) ?? []));
  };

  const text = (value: string, file: string, as: string | undefined): void => {
    made.push({ text: value, as, file });
    // A call may be chosen by its name.
    waiting.push(...(members?.get(value) ?? []));
  };

  const property = (node: PropertyAssignment, file: string): void => {
    const name = isIdentifier(node.name) || isStringLiteral(node.name) ? node.name.text : undefined;
    if (name === undefined) walk(node.name, file);
    // A table by these names is a choice, as a switch is.
    else if (name !== selected?.name && selected?.names.has(name) === true) return;
    if (name === undefined || skipped?.has(name) !== true) walk(node.initializer, file, name);
  };

  /** A new name is no use of what has the same one. */
  const naming = (node: BindingElement | ParameterDeclaration | VariableDeclaration, file: string): void => {
    const { name, initializer } = node;
    const own = name !== undefined && isIdentifier(name) ? name.text : undefined;
    if (name !== undefined && own === undefined) walk(name, file);
    if (initializer !== undefined) walk(initializer, file, isVariableDeclaration(node) ? own : undefined);
  };

  const comparison = (node: BinaryExpression, file: string): void => {
    for (const side of [node.left, node.right]) if (!isStringLiteral(side)) walk(side, file);
  };

  const choice = (node: SwitchStatement, file: string): void => {
    walk(node.expression, file);
    branches([...node.caseBlock.clauses], file);
  };

  const walk = (node: Node, file: string, as?: string): void => {
    if (isOfTypes(node)) return;
    if (isIdentifier(node)) meet(graph.resolve(file, node.text));
    else if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) text(node.text, file, as);
    else if (isBlock(node)) inTurn(node.statements, file);
    else if (isSwitchStatement(node)) choice(node, file);
    else if (isIfStatement(node)) either(node.expression, node.thenStatement, node.elseStatement, file);
    else if (isConditionalExpression(node)) either(node.condition, node.whenTrue, node.whenFalse, file, as);
    else if (isBinaryExpression(node) && isComparison(node)) comparison(node, file);
    else if (isCallExpression(node)) call(node, file);
    else if (isPropertyAccessExpression(node)) member(node, file);
    else if (isShorthandPropertyAssignment(node)) meet(graph.resolve(file, node.name.getText()));
    else if (isPropertyAssignment(node)) property(node, file);
    else if (isVariableDeclaration(node) || isBindingElement(node) || isParameterDeclaration(node)) naming(node, file);
    // An `as const`, brackets and the like make nothing else of it.
    else
      node.forEachChild((child) => {
        walk(child, file, as);
      });
  };

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (entered.has(next.node)) continue;
    entered.add(next.node);
    walk(next.node, next.file);
  }
  return { made, declared: [...seen.values()] };
};
