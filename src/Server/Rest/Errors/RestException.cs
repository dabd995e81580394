using Mesh.Model.Validation;

namespace Mesh.Server.Rest.Errors;

/// <summary>An answer that is an error, in the shape of contract §6.3.</summary>
internal sealed class RestException(int status, string title, string detail, IReadOnlyList<Violation>? violations = null)
    : Exception($"{title}: {detail}")
{
    private const string NotValid = "Resource is not valid";

    public int Status => status;

    public string Title => title;

    public string Detail => detail;

    /// <summary>Every fault that was found; empty when the error is not about fields.</summary>
    public IReadOnlyList<Violation> Violations { get; } = violations ?? [];

    public static RestException NotFound(string title) => new(404, title, "Not found");

    public static RestException Invalid(string title, IReadOnlyList<Violation> violations) => new(400, title, NotValid, violations);

    public static RestException Invalid(string title, string field, string reason) => Invalid(title, [new Violation(field, reason)]);

    /// <summary>A request that cannot be understood.</summary>
    public static RestException BadRequest(string detail) => new(400, "Bad Request", "bad request: " + detail);

    public static RestException Unauthenticated() => new(401, "Invalid authentication data", "Unauthenticated");

    public static RestException Denied(string detail) => new(403, "Access Denied", detail);

    public static RestException ReadOnly(string detail) => new(405, "Method not allowed", detail);

    public static RestException TooLarge(int limit) => new(413, "Bad Request", $"the body is larger than {limit} bytes");
}
