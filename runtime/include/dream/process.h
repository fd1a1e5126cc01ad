/* process.h: the process around the program: its arguments, environment and end, and the machine it runs on.
 *
 * Nothing here throws; results below 0 are errors as in file.h. */
#ifndef DREAM_PROCESS_H
#define DREAM_PROCESS_H

/* What main was called with, for dr_process_args; kept, not copied. A program that asks for it calls this first. */
void dr_process_start(int argc, char** argv);
/* string[]: the name of the program, then its arguments. Empty in a library that C started. */
DR_OWN char** dr_process_args(void);
/* The status of a program whose main says none. */
int32_t dr_process_exit_code(void);
void dr_process_set_exit_code(int32_t code);
/* Environment.FailFast: says so on stderr and aborts; nothing of the program runs any more. */
DR_NORETURN void dr_process_fail_fast(DR_BORROW const char* message);
int32_t dr_process_id(void);
/* The file that is running; null where the system does not say. */
DR_OWN char* dr_process_path(void);

/* Null if the variable is not set. */
DR_OWN char* dr_environment_get(DR_BORROW const char* name);
/* null as the value deletes the variable. */
int32_t dr_environment_set(DR_BORROW const char* name, DR_BORROW const char* value);
/* string[] of NAME=VALUE. */
DR_OWN char** dr_environment_all(void);

DR_OWN char* dr_machine_name(void);
DR_OWN char* dr_machine_user(void);
int32_t dr_machine_processors(void);

#endif
