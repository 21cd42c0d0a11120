// What a source file imports, read from its syntax tree rather than from its text.
import { parseSync } from '@swc/core';

/**
 * Every import of a module as `{ specifier, kind }`: `static` is loaded with the file, `dynamic` when the code gets
 * there, `type` never. `specifier` is null where it is computed.
 */
export function importsOf(source, { tsx = false } = {}) {
  const found = [];
  const add = (specifier, kind) => found.push({ specifier, kind });

  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (node.source) add(node.source.value, node.typeOnly ? 'type' : 'static');
        break;
      case 'TsImportType':
        add(node.argument.value, 'type');
        break;
      case 'TsExternalModuleReference':
        add(node.expression.value, 'static');
        break;
      case 'CallExpression':
        if (node.callee.type === 'Import') add(literal(node.arguments[0]), 'dynamic');
        else if (asksForModule(node.callee)) add(literal(node.arguments[0]), 'dynamic');
        break;
    }
    Object.values(node).forEach(visit);
  };
  visit(parseSync(source, { syntax: 'typescript', tsx, target: 'es2022' }).body);
  return found;
}

function literal(argument) {
  const expression = argument?.expression;
  if (expression?.type === 'StringLiteral') return expression.value;
  if (expression?.type === 'TemplateLiteral' && expression.expressions.length === 0) return expression.quasis[0].cooked;
  return null;
}

/** `require(…)`, `require.resolve(…)` and `import.meta.resolve(…)`. */
function asksForModule(callee) {
  if (callee.type === 'Identifier') return callee.value === 'require';
  if (callee.type !== 'MemberExpression' || callee.property.value !== 'resolve') return false;
  return callee.object.type === 'MetaProperty' || callee.object.value === 'require';
}
