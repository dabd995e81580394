using System.Globalization;
using System.Text.Json.Nodes;
using Mesh.Cli.Client;

namespace Mesh.Cli.Commands;

/// <summary>Lists of the API, all pages of them.</summary>
internal static class ResourceLists
{
    private const int PageSize = 1000;

    /// <summary>Reads one page where a size is given, else everything.</summary>
    public static async Task<JsonNode> ReadAsync(ApiClient client, string path, int? size, string? offset, CancellationToken cancellationToken)
    {
        if (size is not null || offset is not null)
        {
            var query = new List<string>();
            if (size is { } wanted)
            {
                query.Add(string.Create(CultureInfo.InvariantCulture, $"size={wanted}"));
            }

            if (offset is not null)
            {
                query.Add("offset=" + Uri.EscapeDataString(offset));
            }

            return await client.GetAsync($"{path}?{string.Join('&', query)}", cancellationToken);
        }

        var first = await client.GetAsync(path, cancellationToken);
        if (first["next"] is null || first["items"] is not JsonArray items)
        {
            return first;
        }

        var total = first["total"]?.GetValue<int>() ?? 0;
        while (items.Count < total)
        {
            var page = await client.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"{path}?offset={items.Count}&size={PageSize}"), cancellationToken);
            if (page["items"] is not JsonArray { Count: > 0 } more)
            {
                break;
            }

            foreach (var item in more)
            {
                items.Add(item?.DeepClone());
            }
        }

        first["next"] = null;
        return first;
    }
}
