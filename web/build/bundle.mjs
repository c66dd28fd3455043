// bundle.mjs - from web/src to the directory m4shd serves
//
//   node bundle.mjs OUTPUT_DIR
//
// Everything named by its content (app.1A2B3C4D.js) never changes and is told so in assets.json;
// index.html, sw.js and the manifest keep their names. Compressible files get a .gz beside them.
// budget.json says which files a view needs, for the test that weighs them.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const out = process.argv[2] && resolve(process.argv[2]);
if (!out) {
    console.error("usage: node bundle.mjs OUTPUT_DIR");
    process.exit(2);
}

const types = {
    html: "text/html; charset=utf-8",
    js: "text/javascript; charset=utf-8",
    css: "text/css; charset=utf-8",
    webmanifest: "application/manifest+json",
    svg: "image/svg+xml",
    png: "image/png",
    txt: "text/plain; charset=utf-8",
    woff2: "font/woff2",
};
const extension = (name) => name.slice(name.lastIndexOf(".") + 1);
const common = {
    bundle: true,
    minify: true,
    target: "es2022",
    logLevel: "warning",
    charset: "utf8",
    legalComments: "none",
};

/** Pages' code, style and fonts; returns esbuild's account of what came from where. */
async function bundlePages() {
    const result = await build({
        ...common,
        entryPoints: [join(web, "src/app.ts"), join(web, "src/app.css")],
        outdir: out,
        format: "esm",
        splitting: true,
        metafile: true,
        absWorkingDir: web,
        publicPath: "/",
        loader: { ".woff2": "file" },
        entryNames: "[name].[hash]",
        chunkNames: "[name].[hash]",
        assetNames: "[name].[hash]",
    });
    return result.metafile.outputs;
}

/** Output names by what made them: "src/app.ts" -> "app.1A2B3C4D.js". */
function namesByEntry(outputs) {
    const names = new Map();
    for (const [path, output] of Object.entries(outputs))
        if (output.entryPoint) names.set(output.entryPoint, basename(path));
    return names;
}

/** A file and all it imports at once, not on demand. */
function closure(outputs, name) {
    const byName = new Map(
        Object.entries(outputs).map(([path, output]) => [basename(path), output]),
    );
    const seen = new Set();
    const visit = (file) => {
        if (seen.has(file)) return;
        seen.add(file);
        for (const one of byName.get(file)?.imports ?? [])
            if (one.kind === "import-statement") visit(basename(one.path));
    };
    visit(name);
    return [...seen];
}

function writePage(names) {
    const page = readFileSync(join(web, "src/index.html"), "utf8")
        .replace("%APP_JS%", "/" + names.get("src/app.ts"))
        .replace("%APP_CSS%", "/" + names.get("src/app.css"))
        .replace(/\n\s+/g, "\n");
    writeFileSync(join(out, "index.html"), page);
}

function writeLicenses() {
    const texts = ["literata", "golos-text"].map((font) =>
        readFileSync(
            join(web, "node_modules/@fontsource-variable", font, "LICENSE"),
            "utf8",
        ).trim(),
    );
    writeFileSync(join(out, "font-licenses.txt"), texts.join("\n\n----\n\n") + "\n");
}

/** The service worker carries its file list and a hash of their content. */
async function bundleWorker() {
    const files = readdirSync(out)
        .filter((name) => name !== "font-licenses.txt")
        .sort();
    const hash = createHash("sha256");
    for (const name of files)
        hash.update(name)
            .update("\0")
            .update(readFileSync(join(out, name)));
    const list = files.map((name) => (name === "index.html" ? "/" : `/${name}`));
    await build({
        ...common,
        entryPoints: [join(web, "src/sw.ts")],
        format: "iife",
        outfile: join(out, "sw.js"),
        define: {
            SHELL_FILES: JSON.stringify(list),
            SHELL_NAME: JSON.stringify(`m4sh-${hash.digest("hex").slice(0, 16)}`),
        },
    });
}

function writeList() {
    const files = {};
    for (const name of readdirSync(out).sort()) {
        const type = types[extension(name)];
        if (!type) throw new Error(`no content type for ${name}`);
        const immutable = /\.[0-9A-Z]{8}\.\w+$/.test(name);
        const entry = { file: name, type, immutable };
        if (!["woff2", "png"].includes(extension(name))) {
            const packed = gzipSync(readFileSync(join(out, name)), {
                level: 9,
                memLevel: 9,
                strategy: constants.Z_DEFAULT_STRATEGY,
            });
            packed[9] = 255; // "made on an unknown system": the same bytes wherever it is built
            writeFileSync(join(out, `${name}.gz`), packed);
            entry.gzip = `${name}.gz`;
        }
        files[name === "index.html" ? "/" : `/${name}`] = entry;
    }
    for (const page of ["/lessons", "/lesson/*"]) files[page] = files["/"];
    writeFileSync(join(out, "assets.json"), JSON.stringify({ files }, null, 1) + "\n");
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const outputs = await bundlePages();
const names = namesByEntry(outputs);
writePage(names);
for (const name of readdirSync(join(web, "src/static")))
    copyFileSync(join(web, "src/static", name), join(out, name));
writeLicenses();
await bundleWorker();
writeList();

const code = (entry) => closure(outputs, names.get(entry));
const first = [
    "index.html",
    names.get("src/app.css"),
    ...code("src/app.ts"),
    ...code("src/i18n/uk.json"),
    ...code("src/ui/signin.ts"),
];
const lesson = [...first, ...code("src/ui/lessons.ts"), ...code("src/lesson/screen.ts")];
const budget = { first: [...new Set(first)], lesson: [...new Set(lesson)] };
writeFileSync(join(dirname(out), "web-budget.json"), JSON.stringify(budget, null, 1) + "\n");
