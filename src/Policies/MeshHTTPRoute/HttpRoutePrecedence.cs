namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>
/// Which of two matches is tried first (contract §2.6, as the Gateway API orders): exact paths, longer prefixes, regular
/// expressions; then a method, more headers, more query parameters. Smaller comes first; what is equal keeps its order.
/// </summary>
internal static class HttpRoutePrecedence
{
    internal static int Compare(HttpRouteMatch left, HttpRouteMatch right)
    {
        var order = Rank(left.Path).CompareTo(Rank(right.Path));
        order = order != 0 ? order : (right.Path?.Value?.Length ?? 0).CompareTo(left.Path?.Value?.Length ?? 0);
        order = order != 0 ? order : (left.Method is null).CompareTo(right.Method is null);
        order = order != 0 ? order : (right.Headers?.Count ?? 0).CompareTo(left.Headers?.Count ?? 0);
        return order != 0 ? order : (right.QueryParams?.Count ?? 0).CompareTo(left.QueryParams?.Count ?? 0);
    }

    private static int Rank(HttpPathMatch? path) => path?.Type switch
    {
        HttpPathMatch.Exact => 0,
        HttpPathMatch.PathPrefix => 1,
        HttpPathMatch.RegularExpression => 2,
        _ => 3,
    };
}
