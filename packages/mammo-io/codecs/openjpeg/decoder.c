/* What src/openjpeg.ts calls: decodes a JPEG 2000 codestream of one component in memory. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "openjpeg.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Read by the caller, in this order. */
static struct {
    uint32_t width, height, components, precision;
    void *samples;
    char message[256];
} result;

static opj_image_t *image;

typedef struct {
    const uint8_t *bytes;
    size_t length, position;
} memory_t;

static OPJ_SIZE_T read_memory(void *target, OPJ_SIZE_T wanted, void *data)
{
    memory_t *memory = data;
    size_t left = memory->length - memory->position;
    size_t count = wanted < left ? wanted : left;
    if (left == 0) return (OPJ_SIZE_T) -1;
    memcpy(target, memory->bytes + memory->position, count);
    memory->position += count;
    return count;
}

static OPJ_BOOL seek_memory(OPJ_OFF_T position, void *data)
{
    memory_t *memory = data;
    if (position < 0 || (uint64_t) position > memory->length) return OPJ_FALSE;
    memory->position = (size_t) position;
    return OPJ_TRUE;
}

static OPJ_OFF_T skip_memory(OPJ_OFF_T count, void *data)
{
    memory_t *memory = data;
    return seek_memory((OPJ_OFF_T) memory->position + count, data) ? count : -1;
}

/* The first error says what is wrong, later ones what follows from it. */
static void keep_message(const char *text, void *data)
{
    (void) data;
    if (result.message[0] == 0) strncpy(result.message, text, sizeof result.message - 1);
}

/* Samples of four bytes become ones of two, or one, where they lie. */
static void narrow(void)
{
    const OPJ_INT32 *wide = image->comps[0].data;
    size_t count = (size_t) result.width * result.height;
    result.samples = image->comps[0].data;
    if (result.precision <= 8) {
        uint8_t *bytes = result.samples;
        for (size_t index = 0; index < count; index++) bytes[index] = (uint8_t) wide[index];
    } else {
        uint16_t *words = result.samples;
        for (size_t index = 0; index < count; index++) words[index] = (uint16_t) wide[index];
    }
}

static OPJ_BOOL decode_stream(opj_codec_t *codec, opj_stream_t *stream)
{
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    return opj_setup_decoder(codec, &parameters) && opj_read_header(stream, codec, &image) &&
           opj_decode(codec, stream, image) && opj_end_decompress(codec, stream);
}

EXPORT("allocate") void *allocate(size_t length)
{
    return malloc(length);
}

EXPORT("release") void release(void *bytes)
{
    free(bytes);
    if (image) opj_image_destroy(image);
    image = NULL;
}

/* Returns whether the stream was decoded; `result` is where `decoded` says. */
EXPORT("decode") int decode(const uint8_t *bytes, size_t length)
{
    memory_t memory = { bytes, length, 0 };
    opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
    OPJ_BOOL done = OPJ_FALSE;
    memset(&result, 0, sizeof result);
    if (codec && stream) {
        opj_set_error_handler(codec, keep_message, NULL);
        opj_stream_set_user_data(stream, &memory, NULL);
        opj_stream_set_user_data_length(stream, length);
        opj_stream_set_read_function(stream, read_memory);
        opj_stream_set_skip_function(stream, skip_memory);
        opj_stream_set_seek_function(stream, seek_memory);
        done = decode_stream(codec, stream) && image->numcomps > 0 && image->comps[0].data;
    }
    if (stream) opj_stream_destroy(stream);
    if (codec) opj_destroy_codec(codec);
    if (!done) return 0;
    result.width = image->comps[0].w;
    result.height = image->comps[0].h;
    result.components = image->numcomps;
    result.precision = image->comps[0].prec;
    narrow();
    return 1;
}

EXPORT("decoded") void *decoded(void)
{
    return &result;
}
