using Mesh.Model.Resources;
using Mesh.Model.Validation;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Lists;

/// <summary>Which resources of a list are asked for: by <c>name</c>, <c>filter[labels.KEY]</c> and, for Dataplanes, <c>tag</c> and <c>gateway</c>.</summary>
internal static class ListFilter
{
    private const string Title = "Could not retrieve resources";
    private const string LabelPrefix = "filter[labels.";

    /// <summary>The filter of a request; null: everything.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isGateway">Tells whether a Dataplane is a gateway; null for kinds that have none.</param>
    /// <exception cref="RestException">A filter is not usable.</exception>
    public static Func<Resource, bool>? Of(RestRequest request, Func<Resource, bool>? isGateway)
    {
        var violations = new ViolationList();
        var filters = new List<Func<Resource, bool>>();
        if (request.Query("name") is { Length: > 0 } name)
        {
            filters.Add(r => r.Name.Contains(name, StringComparison.Ordinal));
        }

        AddLabels(request, filters, violations);
        if (isGateway is not null)
        {
            AddTags(request, filters);
            AddGateway(request, isGateway, filters, violations);
        }

        return !violations.IsEmpty ? throw RestException.Invalid(Title, violations)
            : filters.Count == 0 ? null
            : resource => filters.TrueForAll(f => f(resource));
    }

    private static void AddLabels(RestRequest request, List<Func<Resource, bool>> filters, ViolationList violations)
    {
        foreach (var (key, values) in request.Http.Request.Query)
        {
            if (!key.StartsWith("filter[", StringComparison.Ordinal) || !key.EndsWith(']'))
            {
                continue;
            }

            if (!key.StartsWith(LabelPrefix, StringComparison.Ordinal))
            {
                violations.Add($"{request.Route.Template}.{key}", "filters are only supported on labels");
                continue;
            }

            var label = key[LabelPrefix.Length..^1];
            var wanted = values.Count > 0 ? values[0] ?? "" : "";
            filters.Add(r => r.Labels.TryGetValue(label, out var value) && value == wanted);
        }
    }

    private static void AddTags(RestRequest request, List<Func<Resource, bool>> filters)
    {
        foreach (var tag in request.Http.Request.Query["tag"])
        {
            var separator = tag?.IndexOf(':', StringComparison.Ordinal) ?? -1;
            if (separator > 0)
            {
                var (key, value) = (tag![..separator], tag[(separator + 1)..]);
                filters.Add(r => r.Labels.TryGetValue(key, out var found) && found == value);
            }
        }
    }

    private static void AddGateway(
        RestRequest request, Func<Resource, bool> isGateway, List<Func<Resource, bool>> filters, ViolationList violations)
    {
        switch (request.Query("gateway"))
        {
            case null or "":
                break;
            case "true" or "delegated":
                filters.Add(isGateway);
                break;
            case "false":
                filters.Add(r => !isGateway(r));
                break;
            case var other:
                violations.Add($"{request.Route.Template}.gateway", $"should use `true`, `false` or `delegated` instead of {other}");
                break;
        }
    }
}
