using System.Diagnostics.CodeAnalysis;

namespace Mesh.Identity.Spiffe;

/// <summary>A SPIFFE id: <c>spiffe://trust-domain/path</c>, valid by the SPIFFE-ID standard.</summary>
public sealed record SpiffeId
{
    /// <summary>Longest id, in bytes.</summary>
    public const int MaxLength = 2048;

    private const string Scheme = "spiffe://";
    private const int MaxTrustDomainLength = 255;

    private SpiffeId(string trustDomain, string path) => (TrustDomain, Path) = (trustDomain, path);

    /// <summary>Its trust domain, e.g. <c>default.zone-1.mesh.local</c>.</summary>
    public string TrustDomain { get; }

    /// <summary>Its path with the leading slash, or empty for the trust domain itself.</summary>
    public string Path { get; }

    /// <summary>Reads an id.</summary>
    /// <param name="error">What is wrong; empty when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpiffeId? id, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        id = null;
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            error = "scheme is missing or invalid: must start with spiffe://";
            return false;
        }

        var slash = text.IndexOf('/', Scheme.Length);
        return slash < 0
            ? TryCreate(text[Scheme.Length..], "", out id, out error)
            : TryCreate(text[Scheme.Length..slash], text[slash..], out id, out error);
    }

    /// <summary>Makes an id of its parts.</summary>
    /// <param name="error">What is wrong; empty when nothing is.</param>
    public static bool TryCreate(string trustDomain, string path, [NotNullWhen(true)] out SpiffeId? id, out string error)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        ArgumentNullException.ThrowIfNull(path);
        error = CheckTrustDomain(trustDomain) ?? CheckPath(path) ?? "";
        if (error.Length == 0 && Scheme.Length + trustDomain.Length + path.Length > MaxLength)
        {
            error = $"must be at most {MaxLength} bytes long";
        }

        id = error.Length == 0 ? new SpiffeId(trustDomain, path) : null;
        return id is not null;
    }

    /// <summary>Checks a trust domain.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? CheckTrustDomain(string trustDomain)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        if (trustDomain.Length == 0)
        {
            return "trust domain is missing";
        }

        if (trustDomain.Length > MaxTrustDomainLength)
        {
            return $"trust domain must be at most {MaxTrustDomainLength} characters long";
        }

        return trustDomain.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_')
            ? null
            : "trust domain characters are limited to lowercase letters, numbers, dots, dashes, and underscores";
    }

    /// <summary>Checks a path; empty is valid.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? CheckPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0)
        {
            return null;
        }

        if (path[0] != '/')
        {
            return "path must have a leading slash";
        }

        foreach (var segment in path[1..].Split('/'))
        {
            if (segment.Length == 0)
            {
                return path.EndsWith('/') ? "path cannot have a trailing slash" : "path cannot contain empty segments";
            }

            if (segment is "." or "..")
            {
                return "path cannot contain dot segments";
            }

            if (!segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            {
                return "path segment characters are limited to letters, numbers, dots, dashes, and underscores";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{TrustDomain}{Path}";
}
