using Mesh.Model.Policies;
using Mesh.Model.Schema;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshHTTPRoute;

/// <summary>Sends HTTP requests to destinations by what they ask for, and changes them on the way.</summary>
public sealed record MeshHTTPRouteSpec : IOutboundPolicySpec
{
    /// <inheritdoc/>
    [Kinds("Mesh", "Dataplane")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Routes by destination.</summary>
    public IReadOnlyList<MeshHTTPRouteTo>? To { get; init; }

    IReadOnlyList<IOutboundEntry>? IOutboundPolicySpec.To => To;
}

/// <summary>Routes of one destination.</summary>
public sealed record MeshHTTPRouteTo : IOutboundEntry
{
    /// <inheritdoc/>
    [Mandatory]
    [Kinds("Mesh", "MeshService", "MeshExternalService", "MeshMultiZoneService", "MeshHTTPRoute")]
    public TargetRef? TargetRef { get; init; }

    /// <summary>Must not be set.</summary>
    public IReadOnlyList<string>? Hostnames { get; init; }

    /// <summary>Routes; the first that matches is taken.</summary>
    [Mandatory]
    public IReadOnlyList<HttpRouteRule>? Rules { get; init; }

    object? IOutboundEntry.Conf => Rules;
}

/// <summary>One route.</summary>
public sealed record HttpRouteRule
{
    /// <summary>Requests that it is about; any one of them suffices.</summary>
    [Mandatory]
    [Items(1)]
    public IReadOnlyList<HttpRouteMatch>? Matches { get; init; }

    /// <summary>What happens to them.</summary>
    [Mandatory]
    public HttpRouteConf? Default { get; init; }
}

/// <summary>Which requests; all fields that are given must hold.</summary>
public sealed record HttpRouteMatch
{
    /// <summary>Path.</summary>
    public HttpPathMatch? Path { get; init; }

    /// <summary>Method.</summary>
    [Values("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")]
    public string? Method { get; init; }

    /// <summary>Parameters of the query.</summary>
    public IReadOnlyList<HttpQueryParamMatch>? QueryParams { get; init; }

    /// <summary>Headers.</summary>
    public IReadOnlyList<HeaderMatch>? Headers { get; init; }
}

/// <summary>Compares a path.</summary>
public sealed record HttpPathMatch
{
    /// <summary>What to compare with; begins with a slash, except for an expression.</summary>
    [Mandatory]
    [Text(1)]
    public string? Value { get; init; }

    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(Exact, PathPrefix, RegularExpression)]
    public string? Type { get; init; }

    /// <summary>Equal.</summary>
    public const string Exact = "Exact";
    /// <summary>Equal, or continues with a slash.</summary>
    public const string PathPrefix = "PathPrefix";
    /// <summary>The whole path matches an RE2 expression.</summary>
    public const string RegularExpression = "RegularExpression";
}

/// <summary>Compares a parameter of the query.</summary>
public sealed record HttpQueryParamMatch
{
    /// <summary><c>Exact</c> or <c>RegularExpression</c>.</summary>
    [Mandatory]
    [Values("Exact", "RegularExpression")]
    public string? Type { get; init; }

    /// <summary>Name.</summary>
    [Mandatory]
    [Text(1)]
    public string? Name { get; init; }

    /// <summary>Value.</summary>
    [Mandatory]
    public string? Value { get; init; }
}

/// <summary>What happens to requests of a route.</summary>
public sealed record HttpRouteConf
{
    /// <summary>Changes, in order.</summary>
    public IReadOnlyList<HttpRouteFilter>? Filters { get; init; }

    /// <summary>Destinations by weight. Null: the destination itself.</summary>
    public IReadOnlyList<BackendRef>? BackendRefs { get; init; }
}

/// <summary>One change. Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record HttpRouteFilter
{
    /// <summary>One of the constants here.</summary>
    [Mandatory]
    [Values(RequestHeaderModifierType, ResponseHeaderModifierType, RequestRedirectType, UrlRewriteType, RequestMirrorType)]
    public string? Type { get; init; }

    /// <summary>Changes headers of the request.</summary>
    public HeaderModifier? RequestHeaderModifier { get; init; }

    /// <summary>Changes headers of the response.</summary>
    public HeaderModifier? ResponseHeaderModifier { get; init; }

    /// <summary>Answers with a redirect.</summary>
    public HttpRequestRedirect? RequestRedirect { get; init; }

    /// <summary>Changes host or path.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("urlRewrite")]
    public HttpUrlRewrite? UrlRewrite { get; init; }

    /// <summary>Sends a copy elsewhere.</summary>
    public HttpRequestMirror? RequestMirror { get; init; }

    /// <summary>Headers of the request.</summary>
    public const string RequestHeaderModifierType = "RequestHeaderModifier";
    /// <summary>Headers of the response.</summary>
    public const string ResponseHeaderModifierType = "ResponseHeaderModifier";
    /// <summary>Redirect.</summary>
    public const string RequestRedirectType = "RequestRedirect";
    /// <summary>Host or path.</summary>
    public const string UrlRewriteType = "URLRewrite";
    /// <summary>Copy.</summary>
    public const string RequestMirrorType = "RequestMirror";
}

/// <summary>A redirect; fields that are not given stay as in the request.</summary>
public sealed record HttpRequestRedirect
{
    internal const string HostPattern = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /// <summary><c>http</c> or <c>https</c>.</summary>
    [Values("http", "https")]
    public string? Scheme { get; init; }

    /// <summary>Host.</summary>
    [Text(1, 253, Pattern = HostPattern)]
    public string? Hostname { get; init; }

    /// <summary>Path.</summary>
    public HttpPathRewrite? Path { get; init; }

    /// <summary>Port.</summary>
    [RangeOf(1, 65535)]
    public int? Port { get; init; }

    /// <summary>301, 302 (default), 303, 307 or 308.</summary>
    [Fallback(302L)]
    [Values("301", "302", "303", "307", "308")]
    public int? StatusCode { get; init; }
}

/// <summary>Changes a path. Exactly the field that <see cref="Type"/> names is set.</summary>
public sealed record HttpPathRewrite
{
    /// <summary><see cref="FullPath"/> or <see cref="PrefixMatch"/>.</summary>
    [Mandatory]
    [Values(FullPath, PrefixMatch)]
    public string? Type { get; init; }

    /// <summary>The new path.</summary>
    public string? ReplaceFullPath { get; init; }

    /// <summary>What takes the place of the prefix that matched.</summary>
    public string? ReplacePrefixMatch { get; init; }

    /// <summary>The whole path.</summary>
    public const string FullPath = "ReplaceFullPath";
    /// <summary>The prefix that matched.</summary>
    public const string PrefixMatch = "ReplacePrefixMatch";
}

/// <summary>Changes host or path of a request.</summary>
public sealed record HttpUrlRewrite
{
    /// <summary>Host.</summary>
    [Text(1, 253, Pattern = HttpRequestRedirect.HostPattern)]
    public string? Hostname { get; init; }

    /// <summary>Path.</summary>
    public HttpPathRewrite? Path { get; init; }

    /// <summary>Refused: gateways alone had it.</summary>
    public bool? HostToBackendHostname { get; init; }
}

/// <summary>Sends a copy of requests elsewhere; its answers are dropped.</summary>
public sealed record HttpRequestMirror
{
    /// <summary>Share of requests in per cent. Default 100.</summary>
    public IntOrString? Percentage { get; init; }

    /// <summary>Where the copy goes.</summary>
    [Mandatory]
    public BackendRef? BackendRef { get; init; }
}
