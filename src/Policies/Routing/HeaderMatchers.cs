using EnvoyApi.Config.Route.V3;
using EnvoyApi.Type.Matcher.V3;
using Mesh.Model.Policies;

namespace Mesh.Policies.Routing;

/// <summary>Comparisons of headers as Envoy takes them.</summary>
public static class HeaderMatchers
{
    /// <summary>Name under which Envoy shows the method of a request.</summary>
    private const string Method = ":method";

    /// <summary>Requests of one method.</summary>
    public static HeaderMatcher ForMethod(string method) =>
        new() { Name = Method, StringMatch = new StringMatcher { Exact = method } };

    /// <summary>The comparison that a user wrote.</summary>
    public static HeaderMatcher From(HeaderMatch match)
    {
        var matcher = new HeaderMatcher { Name = match.Name ?? "" };
        var value = match.Value ?? "";
        switch (match.Type)
        {
            case HeaderMatch.Present:
                matcher.PresentMatch = true;
                break;
            case HeaderMatch.Absent:
                matcher.PresentMatch = false;
                break;
            case HeaderMatch.Prefix:
                matcher.StringMatch = new StringMatcher { Prefix = value };
                break;
            case HeaderMatch.RegularExpression:
                matcher.StringMatch = new StringMatcher { SafeRegex = new RegexMatcher { Regex = value } };
                break;
            default:
                matcher.StringMatch = new StringMatcher { Exact = value };
                break;
        }

        return matcher;
    }
}
