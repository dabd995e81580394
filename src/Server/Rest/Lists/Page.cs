using System.Globalization;
using System.Text.Json;
using Mesh.Model.Validation;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Lists;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Size">How many, 1 to 1000.</param>
/// <param name="Offset">How many to pass over.</param>
internal readonly record struct Page(int Size, int Offset)
{
    private const int DefaultSize = 100;
    private const int LargestSize = 1000;
    private const string Title = "Could not retrieve resources";

    /// <summary>Reads <c>size</c> and <c>offset</c>.</summary>
    /// <exception cref="RestException">One of them is not usable.</exception>
    public static Page Of(RestRequest request)
    {
        var size = DefaultSize;
        if (request.Query("size") is { Length: > 0 } sizeText)
        {
            if (!int.TryParse(sizeText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out size))
            {
                throw InvalidSize("invalid format");
            }

            if (size < 1)
            {
                throw InvalidSize("must be greater than 0");
            }

            if (size > LargestSize)
            {
                throw InvalidSize($"invalid page size of {size}. Maximum page size is {LargestSize}");
            }
        }

        var offset = 0;
        if (request.Query("offset") is { Length: > 0 } offsetText
            && (!int.TryParse(offsetText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out offset) || offset < 0))
        {
            throw new RestException(400, Title, $"invalid: invalid offset: strconv.Atoi: parsing \"{offsetText}\": invalid syntax");
        }

        return new Page(size, offset);
    }

    /// <summary>Writes a page of a list into an open object: <c>total</c>, <c>items</c> and <c>next</c>.</summary>
    /// <param name="json">Receives it.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="rootUrl">Where the API is seen from outside; empty: as the request has it.</param>
    /// <param name="total">Length of the whole list.</param>
    /// <param name="items">Those of this page.</param>
    /// <param name="write">Writes one of them.</param>
    public void Write<T>(Utf8JsonWriter json, RestRequest request, string rootUrl, int total, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteNumber("total", total);
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
        json.WriteString("next", Next(request, total, rootUrl));
    }

    /// <summary>Address of the page after this one, or null when this is the last.</summary>
    public string? Next(RestRequest request, int total, string rootUrl)
    {
        if (Offset + Size >= total)
        {
            return null;
        }

        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, values) in request.Http.Request.Query)
        {
            parameters[key] = values.Count > 0 ? values[0] ?? "" : "";
        }

        parameters["offset"] = (Offset + Size).ToString(CultureInfo.InvariantCulture);
        parameters["size"] = Size.ToString(CultureInfo.InvariantCulture);
        var query = string.Join('&', parameters.Select(p => Uri.EscapeDataString(p.Key) + "=" + Uri.EscapeDataString(p.Value)));
        var http = request.Http.Request;
        var root = rootUrl.Length > 0 ? rootUrl.TrimEnd('/') : $"{http.Scheme}://{http.Host}";
        return $"{root}{http.PathBase}{http.Path}?{query}";
    }

    private static RestException InvalidSize(string reason) =>
        new(400, Title, "Invalid page size", [new Violation("size", reason)]);
}
