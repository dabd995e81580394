namespace Mesh.Model.Validation;

/// <summary>Messages of the contract that many validators share.</summary>
public static class Messages
{
    /// <summary>A field is missing.</summary>
    public const string MustBeDefined = "must be defined";
    /// <summary>A field must not be there.</summary>
    public const string MustNotBeDefined = "must not be defined";
    /// <summary>A field must not be empty.</summary>
    public const string MustNotBeEmpty = "must not be empty";
    /// <summary>A port is out of range.</summary>
    public const string InvalidPort = "port must be a valid (1-65535)";
    /// <summary>A limit would depend on who calls, where that is not known.</summary>
    public const string NotBySource =
        "can't be specified when matches contain spiffeID because this field cannot be conditioned on source identity";

    /// <summary>More than one of some fields is set.</summary>
    public static string OnlyOneOf(string entity, params string[] names) =>
        $"{entity} must have only one type defined: {string.Join(", ", names)}";

    /// <summary>Not exactly one of some fields is set.</summary>
    public static string ExactlyOneOf(string entity, params string[] names) =>
        $"{entity} must have exactly one defined: {string.Join(", ", names)}";

    /// <summary>None of some fields is set.</summary>
    public static string AtLeastOneOf(params string[] names) => $"must have at least one defined: {string.Join(", ", names)}";

    /// <summary>A value is none of the allowed ones.</summary>
    public static string OneOf(string field, params IEnumerable<string> values) =>
        $"\"{field}\" must be one of [{string.Join(", ", values.Select(value => $"\"{value}\""))}]";
}
