/* fuzz_csv.c - class lists from strangers' spreadsheets: every field stays within its limits */
#include <string.h>

#include "lib/utf8.h"
#include "tools/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv *csv;
    struct m4_err err = {0};
    if (csv_parse((const char *)data, size, &csv, &err) < 0) {
        if (!err.text[0])
            abort(); /* refused without saying why */
        return 0;
    }
    size_t line = 0;
    for (size_t row = 0; row < csv_rows(csv); row++) {
        if (csv_line(csv, row) <= line || !csv_columns(csv, row))
            abort();
        line = csv_line(csv, row);
        for (size_t column = 0; column < csv_columns(csv, row); column++) {
            const char *field = csv_field(csv, row, column);
            if (strlen(field) > CSV_FIELD || !m4_utf8_valid(field, strlen(field)))
                abort();
        }
    }
    csv_free(csv);
    return 0;
}
