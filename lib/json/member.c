/* member.c - looking into JSON of our own making, for pages that show it and forms that begin with it. */
#include <cjson/cJSON.h>

#include "lib/json/json.h"

static void tree_close(cJSON **tree)
{
	cJSON_Delete(*tree);
}

static void text_close(char **text)
{
	cJSON_free(*text);
}

const char *json_member(struct arena *a, const char *text, size_t length, const char *name)
{
	AUTO(tree_close) cJSON *tree = cJSON_ParseWithLength(text, length);
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(tree, name);

	if (!member || cJSON_IsNull(member))
		return NULL;
	if (cJSON_IsString(member))
		return arena_text(a, member->valuestring);

	AUTO(text_close) char *printed = cJSON_PrintUnformatted(member);

	return arena_text(a, printed);
}

struct texts json_member_texts(struct arena *a, const char *text, size_t length, const char *name)
{
	AUTO(tree_close) cJSON *tree = cJSON_ParseWithLength(text, length);
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(tree, name), *item;
	struct texts texts = { 0 };

	if (!cJSON_IsArray(member))
		return texts;
	texts.items = ARENA_ARRAY(a, const char *, (size_t)cJSON_GetArraySize(member));
	cJSON_ArrayForEach(item, member) if (cJSON_IsString(item)) texts.items[texts.count++] =
		arena_text(a, item->valuestring);
	return texts;
}

struct texts json_items(struct arena *a, const char *text, size_t length)
{
	AUTO(tree_close) cJSON *tree = cJSON_ParseWithLength(text, length);
	const cJSON *item;
	struct texts texts = { 0 };

	if (!cJSON_IsArray(tree))
		return texts;
	texts.items = ARENA_ARRAY(a, const char *, (size_t)cJSON_GetArraySize(tree));
	cJSON_ArrayForEach(item, tree)
	{
		AUTO(text_close) char *printed = cJSON_PrintUnformatted(item);

		texts.items[texts.count++] = arena_text(a, printed);
	}
	return texts;
}
