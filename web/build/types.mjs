// types.mjs - TypeScript types of every message and body, from the schemas the daemon checks with
//
//   node types.mjs SCHEMA_DIR OUTPUT.ts
//
// Knows the keywords our schemas use (docs/api.md); anything else stops the build, so that a
// schema never says more than the client's types do.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const known = new Set([
    "$schema",
    "$defs",
    "$ref",
    "title",
    "description",
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "multipleOf",
]);

const typeName = (file) =>
    file
        .split(/[._-]/)
        .map((word) => word[0].toUpperCase() + word.slice(1))
        .join("");

function typeOf(schema, file, indent) {
    for (const keyword of Object.keys(schema))
        if (!known.has(keyword)) throw new Error(`${file}: keyword "${keyword}" has no type`);
    if ("$ref" in schema) {
        const [, name] = /^#\/\$defs\/(\w+)$/.exec(schema.$ref) ?? [];
        if (!name) throw new Error(`${file}: cannot follow ${schema.$ref}`);
        return typeName(file) + typeName(name);
    }
    if ("const" in schema) return JSON.stringify(schema.const);
    if ("enum" in schema) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return choices.map((one) => typeOf(one, file, indent)).join(" | ");
    switch (schema.type) {
        case "string":
        case "boolean":
        case "null":
            return schema.type;
        case "integer":
        case "number":
            return "number";
        case "array":
            if (schema.prefixItems)
                return `[${schema.prefixItems.map((one) => typeOf(one, file, indent)).join(", ")}]`;
            return schema.items ? `Array<${typeOf(schema.items, file, indent)}>` : "unknown[]";
        case "object":
            return objectOf(schema, file, indent);
        default:
            throw new Error(`${file}: type ${JSON.stringify(schema.type)} is not known`);
    }
}

function objectOf(schema, file, indent) {
    if (!schema.properties) return "Record<string, unknown>";
    const inner = indent + "    ";
    const lines = Object.entries(schema.properties).map(([name, property]) => {
        const optional = (schema.required ?? []).includes(name) ? "" : "?";
        const note = property.description ? `${inner}/** ${property.description} */\n` : "";
        return `${note}${inner}${name}${optional}: ${typeOf(property, file, inner)};`;
    });
    return `{\n${lines.join("\n")}\n${indent}}`;
}

function moduleOf(dir) {
    const index = JSON.parse(readFileSync(join(dir, "index.json"), "utf8"));
    const parts = [
        "// Made from schemas/ by web/build/types.mjs: change the schema, not this file.\n",
    ];
    for (const file of [...index.in, ...index.out, ...index.body]) {
        const schema = JSON.parse(readFileSync(join(dir, `${file}.json`), "utf8"));
        for (const [name, definition] of Object.entries(schema.$defs ?? {}))
            parts.push(
                `export type ${typeName(file)}${typeName(name)} = ${typeOf(definition, file, "")};\n`,
            );
        parts.push(`/** ${schema.title}. ${schema.description ?? ""} */`);
        parts.push(`export type ${typeName(file)} = ${typeOf(schema, file, "")};\n`);
    }
    parts.push("/** What the page sends on the socket. */");
    parts.push(`export type ToBox = ${index.in.map(typeName).join(" | ")};\n`);
    parts.push("/** What the box sends on the socket. */");
    parts.push(`export type FromBox = ${index.out.map(typeName).join(" | ")};`);
    return parts.join("\n") + "\n";
}

const [schemas, output] = process.argv.slice(2);
if (!schemas || !output) {
    console.error("usage: node types.mjs SCHEMA_DIR OUTPUT.ts");
    process.exit(2);
}
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, moduleOf(schemas));
