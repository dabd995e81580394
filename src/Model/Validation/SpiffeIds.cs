namespace Mesh.Model.Validation;

/// <summary>What counts as a SPIFFE id, with faults worded as clients know them.</summary>
public static class SpiffeIds
{
    private const string Scheme = "spiffe://";

    /// <summary>What is wrong with an id, or null.</summary>
    public static string? ErrorOf(string id)
    {
        if (id.Length == 0)
        {
            return "cannot be empty";
        }

        if (!id.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return "scheme is missing or invalid";
        }

        var slash = id.IndexOf('/', Scheme.Length);
        var path = slash < 0 ? id.Length : slash;
        return ErrorOfTrustDomain(id[Scheme.Length..path]) ?? ErrorOfPath(id[path..]);
    }

    /// <summary>What is wrong with a trust domain, or null.</summary>
    public static string? ErrorOfTrustDomain(string domain) =>
        domain.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.' or '_'))
            ? "trust domain characters are limited to lowercase letters, numbers, dots, dashes, and underscores"
            : domain.Length == 0 ? "trust domain is missing" : null;

    /// <summary>What is wrong with a path, or null; an empty one is right.</summary>
    public static string? ErrorOfPath(string path)
    {
        if (path.Length == 0)
        {
            return null;
        }

        if (path[0] != '/')
        {
            return "path must have a leading slash";
        }

        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var error = segments[i] switch
            {
                "" => i == segments.Length - 1 ? "path cannot have a trailing slash" : "path cannot contain empty segments",
                "." or ".." => "path cannot contain dot segments",
                var segment when segment.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')) =>
                    "path segment characters are limited to letters, numbers, dots, dashes, and underscores",
                _ => null,
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }
}
